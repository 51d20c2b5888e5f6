'use strict';
// What the SDK asks of the cloud: action → handler. A handler gets the parameters as the SDK sends them
// and returns the body of the response. Source: the requests of wx-server-sdk 2.6.3, 3.0.4 and 4.0.2.

const { find } = require('../originals');
const { decode, encode } = require('./ejson');
const { Unserved, invalid } = require('./failures');
const { legacy } = require('./legacy');
const { Refusal, isDocument } = require('./mongo');
const openApis = require('./openapi');
const storage = require('./storage_actions');

const parsed = (text) => (text === undefined || text === '' ? {} : decode(text));

// The database that a request is about: the whole, or a transaction's view of it.
function databaseOf(cloud, { transactionId }) {
  return transactionId ? cloud.transactions.find(transactionId).view : cloud.database;
}

function getDocument(cloud, request) {
  const { collectionName, query, order, offset, limit, projection } = request;
  const found = databaseOf(cloud, request).find(collectionName, {
    query: parsed(query),
    order: orderOf(order),
    offset,
    limit,
    projection: projection === undefined ? undefined : parsed(projection),
  });
  return { data: { list: found.map(encode), limit, offset } };
}

// SDKs send the order as an object, older ones as a list of {field, direction}.
function orderOf(order) {
  if (order === undefined) return undefined;
  const given = typeof order === 'string' ? decode(order) : order;
  if (!Array.isArray(given)) return given;
  return Object.fromEntries(given.map(({ field, direction }) => [field, direction === 'desc' ? -1 : 1]));
}

function insertDocument(cloud, request) {
  const documents = [].concat(request.data).flatMap(decode); // one that is a list is several
  if (!documents.every(isDocument)) throw invalid('data must be an object, or a list of objects');
  const ids = databaseOf(cloud, request).insert(request.collectionName, documents);
  return { data: { insertedIds: ids } };
}

function modifyDocument(cloud, request) {
  const database = databaseOf(cloud, request);
  const { collectionName, multi, merge, upsert } = request;
  const query = parsed(request.query);
  const data = decode(request.data);
  if (merge !== false && upsert) throw new Unserved('an update that inserts what it does not find');
  if (merge !== false) {
    checkChanges(data);
    const { modified } = database.update(collectionName, query, data, multi === true);
    return { data: { updated: modified, upsert_id: null } };
  }
  if (!upsert && database.count(collectionName, query) === 0) return { data: { updated: 0, upsert_id: null } };
  const created = database.replace(collectionName, query._id, data);
  return { data: created ? { updated: 0, upsert_id: query._id } : { updated: 1, upsert_id: null } };
}

// What the SDK makes of `{name: undefined}` or of `{home: {}}` changes nothing, and the platform says so.
function checkChanges(data) {
  const empty = Object.keys(data).length === 0 ? '$set' : find(Object.keys(data), (name) => isDocument(data[name]) && Object.keys(data[name]).length === 0);
  if (empty !== undefined) throw new Refusal(`'${empty}' is empty. You must specify a field like so: {${empty}: {<field>: ...}}`);
}

// `updateAndReturn`: the first document that matches, changed and returned.
function modifyAndReturnDoc(cloud, request) {
  const database = databaseOf(cloud, request);
  const [first] = database.select(request.collectionName, parsed(request.query));
  if (first === undefined) return { data: { updated: 0, doc: null } };
  const data = decode(request.data);
  checkChanges(data);
  const { modified } = database.update(request.collectionName, { _id: first._id }, data, false);
  const [after] = database.select(request.collectionName, { _id: first._id });
  return { data: { updated: modified, doc: encode(after) } };
}

function removeDocument(cloud, request) {
  const { collectionName, multi } = request;
  return { data: { deleted: databaseOf(cloud, request).remove(collectionName, parsed(request.query), multi === true) } };
}

function calculateDocument(cloud, request) {
  return { data: { total: databaseOf(cloud, request).count(request.collectionName, parsed(request.query)) } };
}

function aggregateDocuments(cloud, request) {
  const stages = request.stages.map(({ stageKey, stageValue }) => ({ [stageKey]: stageValue === undefined ? null : decode(stageValue) }));
  return { data: { list: databaseOf(cloud, request).aggregate(request.collectionName, stages).map(encode) } };
}

function addCollection(cloud, { collectionName }) {
  if (!collectionName) throw invalid('collectionName is required');
  if (!cloud.database.create(collectionName)) {
    return { code: 'DATABASE_COLLECTION_ALREADY_EXIST', message: `[ResourceUnavailable.ResourceExist] Table exist: ${collectionName}. Please check your request, but if the problem cannot be solved, contact us.` };
  }
  return { data: {} };
}

// The other function runs in the same project, as the same user; the harness knows how.
async function invokeFunction(cloud, request) {
  const told = await cloud.ask({ kind: 'function', function: request.function_name, data: request.request_data || '{}' });
  return told.code === undefined ? { data: { response_data: told.result } } : told;
}

const HANDLERS = {
  ...openApis,
  ...storage.handlers,
  'functions.invokeFunction': invokeFunction,
  'database.getDocument': getDocument,
  'database.insertDocument': insertDocument,
  'database.modifyDocument': modifyDocument,
  'database.modifyAndReturnDoc': modifyAndReturnDoc,
  'database.removeDocument': removeDocument,
  'database.calculateDocument': calculateDocument,
  'database.aggregateDocuments': aggregateDocuments,
  'database.addCollection': addCollection,
  'database.startTransaction': (cloud) => ({ transactionId: cloud.transactions.start(cloud.database) }),
  'database.commitTransaction': (cloud, { transactionId }) => {
    cloud.transactions.end(transactionId).commit();
    return { committed: 1, data: {} };
  },
  'database.abortTransaction': (cloud, { transactionId }) => {
    cloud.transactions.end(transactionId);
    return { data: {} };
  },
};

Object.assign(HANDLERS, legacy(HANDLERS));

async function serve(cloud, request) {
  const handler = HANDLERS[request.action];
  if (handler === undefined) throw new Unserved(`the cloud call ${request.action}`);
  if (request.collectionName !== undefined && typeof request.collectionName !== 'string') throw invalid('collectionName must be a string');
  return handler(cloud, request);
}

module.exports = { serve };

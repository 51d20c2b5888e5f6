'use strict';
// The test's hand on the database and on the files. Arguments and results are Extended JSON as plain objects.

const { find } = require('../originals');
const { plain, revived: parsed } = require('./ejson');
const { CloudFailure, invalid } = require('./failures');
const { faultOf, fileIdOf, keyOf, keyOfFileId, pathOf } = require('./file_ids');
const { Refusal, Unknown } = require('./mongo');
const { changesBetween: filesBetween } = require('./storage');


// A test may write to a collection that is not there yet; a function may not.
function written(database, name) {
  database.create(name);
  return name;
}

const read = (database, { collection }) => (database.has(collection) ? collection : undefined);

function documentsBetween(before, after) {
  const changes = [];
  for (const name of new Set([...before.collections.keys(), ...after.collections.keys()])) {
    const was = before.collections.get(name) || new Map();
    const is = after.collections.get(name) || new Map();
    if (was === is) continue;
    for (const [key, document] of was) if (is.get(key) !== document) changes.push([name, document._id, document, is.get(key) || null]);
    for (const [key, document] of is) if (!was.has(key)) changes.push([name, document._id, null, document]);
  }
  return changes;
}

// The key of what a test names: a fileID; or a path, in the environment under test if it is there, else in
// another one, which a function named.
function keyNamed({ storage }, { file, environment }) {
  const named = keyOfFileId(file);
  const key = named === undefined ? keyOf(environment, file) : named;
  const fault = faultOf(pathOf(key));
  if (fault !== undefined) throw invalid(`${JSON.stringify(file)} is no name of a file: the path ${fault}`);
  if (named !== undefined || storage.has(key)) return key;
  return find([...storage.files.keys()], (one) => pathOf(one) === file) || key;
}

const TAKEN_BACK = 'This scenario, or block of changes(), was taken back already: one around it ended first. That happens when a '
  + 'fixture of wider scope is fetched inside a test, by request.getfixturevalue(): its data goes with the test, and the '
  + 'next test would miss it. Name the fixture in the signature or in usefixtures, so that it is set up before the test.';

function held(cloud, number) {
  const snapshot = cloud.snapshot(number);
  if (snapshot === undefined) throw new CloudFailure('', TAKEN_BACK);
  return snapshot;
}

function seed({ database }, contents) {
  for (const name of Object.keys(contents)) database.insert(written(database, name), parsed(contents[name]));
  return true;
}

const COMMANDS = {
  names: (cloud) => [...cloud.database.collections.keys()],
  create: (cloud, { collection }) => cloud.database.create(collection),
  complete: (cloud) => cloud.database.becomeComplete(),
  seed: (cloud, { contents }) => seed(cloud, contents),
  insert: (cloud, { collection, documents }) => cloud.database.insert(written(cloud.database, collection), parsed(documents)),
  find(cloud, command) {
    const name = read(cloud.database, command);
    if (name === undefined) return [];
    const { query, projection, sort, skip, limit } = command;
    return plain(cloud.database.find(name, {
      query: parsed(query), order: sort || {}, offset: skip, limit: limit || Infinity, projection: parsed(projection || {}), largest: Infinity,
    }));
  },
  aggregate(cloud, command) {
    const name = read(cloud.database, command);
    return name === undefined ? [] : plain(cloud.database.aggregate(name, parsed(command.pipeline)));
  },
  count(cloud, command) {
    const name = read(cloud.database, command);
    return name === undefined ? 0 : cloud.database.count(name, parsed(command.query));
  },
  update(cloud, { collection, query, update, multi }) {
    const { matched, modified } = cloud.database.update(written(cloud.database, collection), parsed(query), parsed(update), multi);
    return { matched_count: matched, modified_count: modified };
  },
  remove(cloud, command) {
    const name = read(cloud.database, command);
    return name === undefined ? 0 : cloud.database.remove(name, parsed(command.query), command.multi);
  },
  dump: (cloud) => Object.fromEntries([...cloud.database.collections].map(([name, documents]) => [name, plain([...documents.values()])])),
  restore: (cloud, { snapshot, kept }) => held(cloud, snapshot) && cloud.backTo(snapshot, kept),
  fold: (cloud, { since, into, own }) => cloud.fold(since, into, own),
  forget: (cloud, { snapshot }) => cloud.forget(snapshot),
  // What has changed since a snapshot, and back to it.
  conclude(cloud, { since }) {
    const told = COMMANDS.changes(cloud, { since });
    cloud.rewind(since);
    return told;
  },
  changes(cloud, { since }) {
    const { database, files } = held(cloud, since);
    const now = cloud.present();
    return {
      documents: plain(documentsBetween(database, now.database)),
      files: filesBetween(files, now.files).map(([key, before, after]) => [pathOf(key), fileIdOf(key), before, after]),
    };
  },
  put_file(cloud, command) { // whose content the test has written
    const key = keyNamed(cloud, command);
    cloud.storage.contents.written(command.digest, command.size);
    cloud.storage.set(key, command.digest);
    return fileIdOf(key);
  },
  read_file: (cloud, command) => cloud.storage.files.get(keyNamed(cloud, command)) || null,
  has_file: (cloud, command) => cloud.storage.has(keyNamed(cloud, command)),
  remove_file(cloud, command) {
    const key = keyNamed(cloud, command);
    const there = cloud.storage.has(key);
    if (there) cloud.storage.drop(key);
    return there;
  },
  watch(cloud) {
    cloud.watched = [];
    return true;
  },
  watched(cloud) {
    const seen = cloud.watched;
    cloud.watched = undefined;
    return seen;
  },
  files: (cloud) => [...cloud.storage.files.keys()].map(pathOf),
};

function command(cloud, request) {
  try {
    return COMMANDS[request.command](cloud, request);
  } catch (error) {
    throw error instanceof Refusal || error instanceof Unknown ? new CloudFailure('', error.message) : error;
  } finally {
    cloud.journal.flush();
  }
}

module.exports = { command };

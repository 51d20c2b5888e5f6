'use strict';
// What the SDKs of the first generation ask: tcb-admin-node, and wx-server-sdk 1.x upon it. Documents and
// queries are plain JSON with a few marks of their own where later SDKs send EJSON, some actions have other
// names, and those of transactions answer in another form. Source: the requests of tcb-admin-node 1.2.1 to
// 1.23.0, which sends them by itself or through @cloudbase/database 0.x.

const { parse, stringify } = JSON;

const only = (value, names) => Object.keys(value).every((name) => names.includes(name));

// Old mark → EJSON. The mark of a date is EJSON already.
function toEjson(_key, value) {
  if (value === null || typeof value !== 'object') return value;
  const { $date, $regex, $options } = value;
  if ($date !== undefined && $date !== null && $date.offset !== undefined) return { $tcb_server_date: $date };
  if (typeof $regex === 'string' && only(value, ['$regex', '$options'])) {
    return { $regularExpression: { pattern: $regex, options: $options || '' } };
  }
  return value;
}

// EJSON → old mark.
function fromEjson(_key, value) {
  if (value === null || typeof value !== 'object') return value;
  const { $date, $regularExpression, $numberDouble } = value;
  if ($date !== undefined && only(value, ['$date'])) return { $date: Number($date.$numberLong) };
  if ($regularExpression !== undefined) return { $regex: $regularExpression.pattern, $options: $regularExpression.options };
  return $numberDouble === undefined ? value : Number($numberDouble);
}

const asEjson = (value) => (value === undefined ? undefined : stringify(value, toEjson));
const rewritten = (text) => stringify(parse(text), toEjson); // EJSON in which the old marks stand
const plain = (text) => parse(text, fromEjson);

function inEjson(request) {
  const { query, data, projection } = request;
  return { ...request, query: asEjson(query), data: asEjson(data), projection: asEjson(projection) };
}

// A transaction's document is asked for by `{_id: {$eq: id}}`, and its data are EJSON.
function inTransaction(request) {
  const { query, data } = request;
  return {
    ...request,
    query: query === undefined ? undefined : stringify({ _id: query._id.$eq }),
    data: data === undefined ? undefined : rewritten(data),
  };
}

function withId({ _id, data, ...request }) {
  return { ...request, data: _id === undefined ? data : { _id, ...data } };
}

// action → what serves it: the action of today, its request, and the answer in the old form.
const TABLE = {
  'database.queryDocument': ['database.getDocument', inEjson, ({ data }) => ({ data: { ...data, list: data.list.map(plain) } })],
  'database.addDocument': ['database.insertDocument', (request) => inEjson(withId(request)), ({ data }) => ({ data: { _id: data.insertedIds[0] } })],
  'database.updateDocument': ['database.modifyDocument', inEjson, ({ data }) => ({ data: { ...data, upserted_id: data.upsert_id } })],
  'database.deleteDocument': ['database.removeDocument', inEjson],
  'database.countDocument': ['database.calculateDocument', inEjson],
  'database.aggregate': [
    'database.aggregateDocuments',
    ({ stages, ...request }) => ({ ...request, stages: stages.map(({ stageKey, stageValue }) => ({ stageKey, stageValue: rewritten(stageValue) })) }),
    ({ data }) => ({ data: { list: stringify(data.list) } }),
  ],
  'database.getInTransaction': ['database.getDocument', inTransaction, ({ data: { list } }) => ({ data: list.length > 0 ? stringify(plain(list[0])) : 'null' })],
  'database.insertDocInTransaction': ['database.insertDocument', inTransaction, ({ data: { insertedIds } }) => ({ inserted: '1', ok: '1', id: insertedIds[0] })],
  'database.updateDocInTransaction': [
    'database.modifyDocument',
    (request) => ({ ...inTransaction(request), merge: request.upsert !== true, multi: false }),
    ({ data }) => ({ updated: String(data.updated), upserted: data.upsert_id === null ? undefined : stringify({ _id: data.upsert_id }) }),
  ],
  'database.deleteDocInTransaction': ['database.removeDocument', inTransaction, ({ data }) => ({ deleted: String(data.deleted) })],
};

// The handlers of these actions, made from those of today's.
function legacy(handlers) {
  const made = {};
  for (const [action, [today, translate, answer = (body) => body]] of Object.entries(TABLE)) {
    made[action] = (cloud, request) => answer(handlers[today](cloud, translate(request)));
  }
  return made;
}

module.exports = { legacy };

'use strict';
// What `db.serverDate()` becomes in a document: the time of the write, moved by `offset` milliseconds.

const { isDocument, setField } = require('./mongo/values');

class ServerDate {
  constructor(offset) { this.offset = offset; }
}

const holdsOne = (value) => value instanceof ServerDate
  || (Array.isArray(value) ? value.some(holdsOne) : isDocument(value) && Object.keys(value).some((name) => holdsOne(value[name])));

function replaced(value, now) {
  if (value instanceof ServerDate) return new Date(now + value.offset);
  if (Array.isArray(value)) return value.map((entry) => replaced(entry, now));
  if (!isDocument(value)) return value;
  const copy = {};
  for (const name of Object.keys(value)) setField(copy, name, replaced(value[name], now));
  return copy;
}

// `value` with each ServerDate replaced by a date; a copy, if there is one.
const dated = (value, now) => (holdsOne(value) ? replaced(value, now) : value);

module.exports = { ServerDate, dated };

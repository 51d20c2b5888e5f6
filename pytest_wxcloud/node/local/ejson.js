'use strict';
// The JSON in which the SDK sends queries and documents and gets them back: MongoDB Extended JSON, of
// which these types occur. Source: bson's EJSON, as @cloudbase/database uses it.

const { patternOf } = require('./mongo');
const { refuse } = require('./mongo/failing');
const { isDocument, setField } = require('./mongo/values');
const { ServerDate } = require('./server_date');

const { parse, stringify } = JSON;

const READERS = {
  $numberInt: Number,
  $numberLong: Number,
  $numberDouble: Number,
  $numberDecimal: Number,
  $date: (value) => dateOf(isDocument(value) ? revived(value) : value),
  $oid: String,
  $undefined: () => undefined,
  $binary: ({ base64 }) => Buffer.from(base64, 'base64'),
  $regularExpression: ({ pattern, options }) => patternOf(pattern, options),
  $tcb_server_date: ({ offset }) => new ServerDate(offsetOf(offset ? revived(offset) : 0)),
};

// The write would be of a date that is invalid.
function offsetOf(value) {
  if (!Number.isFinite(value)) refuse(`db.serverDate({ offset: ${value} }): the offset is no number of milliseconds`);
  return value;
}

// An invalid date is sent as NaN, by older SDKs as null; there is none in BSON, whose dates are whole numbers.
function dateOf(value) {
  const date = new Date(value === null ? NaN : value);
  if (Number.isNaN(date.getTime())) refuse(`${stringify(value)} is no date: the function sent one that is invalid`);
  return date;
}

// The value that plain data stands for. It shares with `data` what needed no change.
function revived(data) {
  if (data === null || typeof data !== 'object') return data;
  if (Array.isArray(data)) {
    for (let i = 0; i < data.length; i += 1) if (typeof data[i] === 'object') data[i] = revived(data[i]);
    return data;
  }
  const names = Object.keys(data);
  if (names.length === 1 && names[0][0] === '$' && Object.hasOwn(READERS, names[0])) return READERS[names[0]](data[names[0]]);
  for (let i = 0; i < names.length; i += 1) {
    const value = data[names[i]];
    if (value === null || typeof value !== 'object') continue;
    const read = revived(value);
    if (read === undefined) delete data[names[i]];
    else if (read !== value) setField(data, names[i], read);
  }
  return data;
}

const decode = (text) => revived(parse(text));

// Plain data for a value. It shares with `value` what needs no change.
function plain(value) {
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $numberDouble: String(value) };
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Date) return { $date: { $numberLong: String(value.getTime()) } };
  if (value instanceof RegExp) return { $regularExpression: { pattern: value.source, options: value.flags } };
  if (Buffer.isBuffer(value)) return { $binary: { base64: value.toString('base64'), subType: '00' } };
  let copy = value;
  for (const name of Object.keys(value)) {
    const shown = plain(value[name]);
    if (shown === value[name]) continue;
    if (copy === value) copy = Array.isArray(value) ? [...value] : { ...value };
    setField(copy, name, shown);
  }
  return copy;
}

const encode = (value) => stringify(plain(value));

module.exports = { decode, encode, plain, revived };

'use strict';
// The JSON in which the SDK sends queries and documents and gets them back: MongoDB Extended JSON, of
// which these types occur. Source: bson's EJSON, as @cloudbase/database uses it.

const { patternOf } = require('./mongo');
const { ServerDate } = require('./server_date');

const { parse, stringify } = JSON;

const READERS = {
  $numberInt: Number,
  $numberLong: Number,
  $numberDouble: Number,
  $numberDecimal: Number,
  $date: (value) => new Date(value),
  $oid: String,
  $undefined: () => undefined,
  $binary: ({ base64 }) => Buffer.from(base64, 'base64'),
  $regularExpression: ({ pattern, options }) => patternOf(pattern, options),
  $tcb_server_date: ({ offset }) => new ServerDate(offset || 0),
};

function revive(_key, value) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const keys = Object.keys(value);
  if (keys.length !== 1 || keys[0][0] !== '$') return value;
  const read = Object.hasOwn(READERS, keys[0]) ? READERS[keys[0]] : undefined;
  return read === undefined ? value : read(value[keys[0]]);
}

function decode(text) {
  return parse(text, revive);
}

function replace(key, value) {
  const raw = this[key]; // before Date.prototype.toJSON
  if (raw instanceof Date) return { $date: { $numberLong: String(raw.getTime()) } };
  if (raw instanceof RegExp) return { $regularExpression: { pattern: raw.source, options: raw.flags } };
  if (Buffer.isBuffer(raw)) return { $binary: { base64: raw.toString('base64'), subType: '00' } };
  if (typeof raw === 'number' && !Number.isFinite(raw)) return { $numberDouble: String(raw) };
  return value;
}

function encode(value) {
  return stringify(value, replace);
}

module.exports = { decode, encode };

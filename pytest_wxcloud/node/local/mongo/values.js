'use strict';
// The values of documents: their types, their order and their equality, as BSON has them. Objects are
// equal when their fields come in the same order; a missing value is `undefined` and comes before null.
// Source: https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/

const RANKS = { missing: 0, null: 1, number: 2, string: 3, object: 4, array: 5, binData: 6, bool: 7, date: 8, regex: 9 };
const INT = 2 ** 31;

function typeOf(value) {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value !== 'object') return typeof value;
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  if (value instanceof RegExp) return 'regex';
  return Buffer.isBuffer(value) ? 'binData' : 'object';
}

// The type's name in queries and messages. JavaScript's numbers do not tell how they were stored: whole
// ones count as int or long, as the SDK sends them.
function typeName(value) {
  if (typeof value !== 'number') return typeOf(value);
  if (!Number.isInteger(value)) return 'double';
  return value >= -INT && value < INT ? 'int' : 'long';
}

const isDocument = (value) => typeOf(value) === 'object';
const isMissing = (value) => value === undefined || value === null;
const isOperators = (value) => isDocument(value) && (Object.keys(value)[0] || '')[0] === '$';

// A field of an object, and nothing that it inherits.
const field = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);

// Set it as a property of the object's own, whatever its name is.
function setField(object, name, value) {
  if (name === '__proto__') Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  else object[name] = value;
}

// By code points, as UTF-8 sorts: JavaScript's own order takes surrogates for smaller than U+E000.
function compareStrings(one, other) {
  if (one === other) return 0;
  let i = 0;
  while (i < one.length && one[i] === other[i]) i += 1;
  const isSurrogate = (code) => code >= 0xd800 && code < 0xe000;
  const [a, b] = [one.charCodeAt(i), other.charCodeAt(i)];
  if (isSurrogate(a) !== isSurrogate(b) && a >= 0xd800 && b >= 0xd800) return isSurrogate(a) ? 1 : -1;
  return one < other ? -1 : 1;
}

function compareNumbers(one, other) {
  if (Number.isNaN(one)) return Number.isNaN(other) ? 0 : -1;
  if (Number.isNaN(other)) return 1;
  return Math.sign(one - other) || 0;
}

function compareArrays(one, other) {
  for (let i = 0; i < one.length && i < other.length; i += 1) {
    const order = compare(one[i], other[i]);
    if (order !== 0) return order;
  }
  return Math.sign(one.length - other.length);
}

function compareObjects(one, other) {
  const [a, b] = [Object.keys(one), Object.keys(other)];
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    const order = RANKS[typeOf(one[a[i]])] - RANKS[typeOf(other[b[i]])] || compareStrings(a[i], b[i]) || compare(one[a[i]], other[b[i]]);
    if (order !== 0) return Math.sign(order);
  }
  return Math.sign(a.length - b.length);
}

const COMPARERS = {
  missing: () => 0,
  null: () => 0,
  number: (one, other) => (one === other ? 0 : compareNumbers(one, other) || 0),
  string: compareStrings,
  object: compareObjects,
  array: compareArrays,
  binData: (one, other) => Math.sign(one.length - other.length) || Buffer.compare(one, other),
  bool: (one, other) => Number(one) - Number(other),
  date: (one, other) => compareNumbers(one.getTime(), other.getTime()),
  regex: (one, other) => compareStrings(one.source, other.source) || compareStrings(one.flags, other.flags),
};

// -1, 0 or 1.
function compare(one, other) {
  const type = typeOf(one);
  const order = RANKS[type] - RANKS[typeOf(other)];
  return order === 0 ? COMPARERS[type](one, other) : Math.sign(order);
}

const equal = (one, other) => one === other || compare(one, other) === 0;

// The same text for equal values and for no others.
function keyOf(value) {
  const type = typeOf(value);
  switch (type) {
    case 'number': return `n${value === 0 ? 0 : value}`;
    case 'string': return JSON.stringify(value);
    case 'array': return `[${value.map(keyOf).join()}]`;
    case 'object': return `{${Object.keys(value).map((name) => `${JSON.stringify(name)}:${keyOf(value[name])}`).join()}}`;
    case 'date': return `d${value.getTime()}`;
    case 'binData': return `b${value.toString('base64')}`;
    case 'bool': return value ? 't' : 'f';
    case 'regex': return String(value);
    default: return type;
  }
}

// As error messages show it.
function shown(value) {
  const type = typeOf(value);
  if (type === 'object') return `{${Object.keys(value).map((name) => ` ${name}: ${shown(value[name])}`).join()} }`;
  if (type === 'array') return `[ ${value.map(shown).join(', ')} ]`;
  if (type === 'date') return `new Date(${value.getTime()})`;
  return type === 'string' ? JSON.stringify(value) : String(value);
}

// A copy in which nothing is shared with the original, so that documents can be taken for immutable.
function clone(value) {
  if (Array.isArray(value)) return value.map(clone);
  if (!isDocument(value)) return value;
  const copy = {};
  for (const name of Object.keys(value)) setField(copy, name, clone(value[name]));
  return copy;
}

module.exports = {
  clone, compare, compareStrings, equal, field, isDocument, isMissing, isOperators, keyOf, setField, shown, typeName, typeOf,
};

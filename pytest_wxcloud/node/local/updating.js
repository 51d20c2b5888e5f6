'use strict';
// Applies update operators to one document. mingo does the work; what it silently leaves undone where
// MongoDB raises is refused first.

const { ServerDate } = require('./ejson');
const { Unserved, requestFailed } = require('./failures');

const SERVED = new Set([
  '$set', '$unset', '$inc', '$mul', '$min', '$max', '$rename', '$push', '$pop', '$pull', '$pullAll', '$addToSet',
  '$setOnInsert', '$bit', '$currentDate',
]);
const ARRAYS = new Set(['$push', '$pop', '$pull', '$pullAll', '$addToSet']);
const NUMBERS = new Set(['$inc', '$mul']);

const isContainer = (value) => value !== null && typeof value === 'object' && !(value instanceof Date) && !(value instanceof RegExp) && !Buffer.isBuffer(value);

function typeName(value) {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  return { string: 'string', number: 'number', boolean: 'bool' }[typeof value] || 'object';
}

// A copy in which nothing is shared with the original, so that documents can be taken for immutable.
function clone(value) {
  if (Array.isArray(value)) return value.map(clone);
  if (!isContainer(value)) return value;
  const copy = {};
  for (const key of Object.keys(value)) Object.defineProperty(copy, key, { value: clone(value[key]), writable: true, enumerable: true, configurable: true });
  return copy;
}

// `value` with each ServerDate replaced by a date.
function dated(value, now) {
  if (value instanceof ServerDate) return new Date(now + value.offset);
  if (Array.isArray(value)) return value.map((entry) => dated(entry, now));
  if (!isContainer(value)) return value;
  const copy = {};
  for (const key of Object.keys(value)) copy[key] = dated(value[key], now);
  return copy;
}

function checkPath(document, path, operator) {
  const parts = path.split('.');
  let place = document;
  for (let i = 0; i < parts.length - 1; i += 1) {
    if (place === undefined) return undefined;
    if (!isContainer(place)) {
      if (operator === '$unset') return undefined;
      throw requestFailed(`Cannot create field '${parts[i]}' in element {${parts[i - 1]}: ${JSON.stringify(place)}}`);
    }
    place = place[parts[i]];
  }
  const last = parts[parts.length - 1];
  if (place !== undefined && !isContainer(place) && operator !== '$unset' && !ARRAYS.has(operator)) {
    throw requestFailed(`Cannot create field '${last}' in element {${parts[parts.length - 2]}: ${JSON.stringify(place)}}`);
  }
  return isContainer(place) ? place[last] : undefined;
}

function check(document, operator, path, operand) {
  if (path === '_id') throw requestFailed("Performing an update on the path '_id' would modify the immutable field '_id'");
  const held = checkPath(document, path, operator);
  if (held === undefined) return;
  if (ARRAYS.has(operator) && !Array.isArray(held)) {
    throw requestFailed(`The field '${path}' must be an array but is of type ${typeName(held)}`);
  }
  if (NUMBERS.has(operator) && typeof held !== 'number') {
    throw requestFailed(`Cannot apply ${operator} to a value of non-numeric type: field '${path}' is of type ${typeName(held)}`);
  }
  if (NUMBERS.has(operator) && typeof operand !== 'number') {
    throw requestFailed(`Cannot ${operator === '$inc' ? 'increment' : 'multiply'} with non-numeric argument: {${path}: ${JSON.stringify(operand)}}`);
  }
}

// A new document: `document` after the operators in `changes`. `query` is what selected it, for `$`.
function updated(engine, document, changes, query, now) {
  const result = clone(document);
  const expression = dated(changes, now);
  for (const operator of Object.keys(expression)) {
    if (!SERVED.has(operator)) throw new Unserved(`the update operator ${operator}`);
    for (const path of Object.keys(expression[operator])) {
      if (!path.includes('$')) check(result, operator, path, expression[operator][path]);
    }
    // One operator at a time: MongoDB refuses two on one path, and mingo stops at the first that changes nothing.
    engine.update(result, { [operator]: expression[operator] }, query);
  }
  return result;
}

module.exports = { clone, dated, isContainer, updated };

'use strict';
// What the update operators do. Each is given its operand, which it checks, and answers what to do at a
// place of a document: `change(place, {document, path})`, where `path` names the place.

const { refuse, unserved } = require('./failing');
const { compile } = require('./matching');
const { isIndex } = require('./paths');
const { placeOf } = require('./places');
const { sortedValues } = require('./sorting');
const { compare, equal, field, isDocument, isOperators, shown, typeName } = require('./values');

const lastOf = (path) => path.slice(path.lastIndexOf('.') + 1);

const set = (operand) => (place) => place.set(operand);

// `$inc` and `$mul`: `absent` is what becomes of a field that is not there.
const calculating = (name, verb, apply, absent) => (operand, { path: given }) => {
  if (typeof operand !== 'number') refuse(`Cannot ${verb} with non-numeric argument: {${given}: ${shown(operand)}}`);
  return (place, { document, path }) => {
    const { value } = place;
    if (value !== undefined && typeof value !== 'number') {
      refuse(`Cannot apply ${name} to a value of non-numeric type. {_id: ${shown(document._id)}} has the field '${lastOf(path)}' of non-numeric type ${typeName(value)}`);
    }
    place.set(value === undefined ? absent(operand) : apply(value, operand));
  };
};

const choosing = (sign) => (operand) => (place) => {
  const { value } = place;
  if (value === undefined || sign * compare(operand, value) > 0) place.set(operand);
};

function eachOf(name, operand) {
  if (!isDocument(operand) || !Object.hasOwn(operand, '$each')) return undefined;
  if (!Array.isArray(operand.$each)) refuse(`The argument to $each in ${name} must be an array but it was of type ${typeName(operand.$each)}`);
  return operand.$each;
}

const CLAUSES = ['$each', '$position', '$sort', '$slice'];

function push(operand) {
  const each = eachOf('$push', operand);
  const clauses = each === undefined ? {} : operand;
  for (const name of Object.keys(clauses)) if (!CLAUSES.includes(name)) refuse(`Unrecognized clause in $push: ${name}`);
  const { $position: position, $sort: order, $slice: length } = clauses;
  for (const [name, value] of [['$position', position], ['$slice', length]]) {
    if (value !== undefined && !Number.isInteger(value)) refuse(`The value for ${name} must be an integer value but was given type: ${typeName(value)}`);
  }
  if (order !== undefined) sortedValues([], order); // refuses what is no order
  return (place, { document, path }) => {
    const held = place.value === undefined ? [] : place.value;
    if (!Array.isArray(held)) refuse(`The field '${path}' must be an array but is of type ${typeName(held)} in document {_id: ${shown(document._id)}}`);
    let array = [...held];
    array.splice(position === undefined ? array.length : position, 0, ...(each === undefined ? [operand] : each));
    if (order !== undefined) array = sortedValues(array, order);
    if (length !== undefined) array = length < 0 ? array.slice(length) : array.slice(0, length);
    place.set(array);
  };
}

function addToSet(operand) {
  const values = eachOf('$addToSet', operand) || [operand];
  return (place, { path }) => {
    const held = place.value === undefined ? [] : place.value;
    if (!Array.isArray(held)) refuse(`Cannot apply $addToSet to non-array field. Field named '${lastOf(path)}' has non-array type ${typeName(held)}`);
    const array = [...held];
    for (const value of values) if (!array.some((one) => equal(one, value))) array.push(value);
    place.set(array);
  };
}

function pop(operand, { path: given }) {
  if (typeof operand !== 'number') refuse(`Expected a number in: ${given}: ${shown(operand)}`);
  if (operand !== 1 && operand !== -1) refuse(`$pop expects 1 or -1, found: ${shown(operand)}`);
  return (place, { path }) => {
    const held = place.value;
    if (held === undefined) return;
    if (!Array.isArray(held)) refuse(`Path '${path}' contains an element of non-array type '${typeName(held)}'`);
    place.set(operand === 1 ? held.slice(0, -1) : held.slice(1));
  };
}

const removing = (name, matches) => (place) => {
  const held = place.value;
  if (held === undefined) return;
  if (!Array.isArray(held)) refuse(`Cannot apply ${name} to a non-array value`);
  place.set(held.filter((entry) => !matches(entry)));
};

// Entries are compared with a condition, or as documents with a query, or with a value.
function pull(operand, { context }) {
  if (isOperators(operand) || operand instanceof RegExp) {
    const matches = compile({ entry: operand instanceof RegExp ? { $regex: operand } : operand }, context);
    return removing('$pull', (entry) => matches({ entry }));
  }
  if (!isDocument(operand)) return removing('$pull', (entry) => equal(entry, operand));
  const matches = compile(operand, context);
  return removing('$pull', (entry) => isDocument(entry) && matches(entry));
}

function pullAll(operand) {
  if (!Array.isArray(operand)) refuse(`$pullAll requires an array argument but was given a ${typeName(operand)}`);
  return removing('$pullAll', (entry) => operand.some((value) => equal(entry, value)));
}

const BITS = { and: (one, other) => one & other, or: (one, other) => one | other, xor: (one, other) => one ^ other };

function bit(operand) {
  if (!isDocument(operand) || Object.keys(operand).length === 0) refuse(`The $bit modifier is not compatible with a ${typeName(operand)}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`);
  for (const name of Object.keys(operand)) {
    if (!Object.hasOwn(BITS, name)) refuse(`The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator: {${name}: ${shown(operand[name])}}`);
    if (!Number.isInteger(operand[name])) refuse(`The $bit modifier field must be an Integer(32/64 bit); a '${typeName(operand[name])}' is not supported here: {${name}: ${shown(operand[name])}}`);
  }
  return (place, { path }) => {
    const held = place.value === undefined ? 0 : place.value;
    if (!Number.isInteger(held)) refuse(`Cannot apply $bit to a value of non-integral type. The field '${path}' is of type ${typeName(held)}`);
    place.set(Number(Object.keys(operand).reduce((value, name) => BITS[name](value, BigInt(operand[name])), BigInt(held))));
  };
}

function currentDate(operand, { now }) {
  const type = isDocument(operand) ? operand.$type : operand;
  if (type === 'timestamp') unserved('$currentDate with a timestamp');
  if (typeof type !== 'boolean' && !(isDocument(operand) && type === 'date')) refuse(`${typeName(operand)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`);
  return (place) => place.set(new Date(now));
}

const unset = () => (place) => place.unset();

// Arrays may not be on the way.
function checkWay(document, path, what) {
  let held = document;
  for (const part of path.split('.')) {
    if (Array.isArray(held)) refuse(`The ${what} field cannot be an array element, '${path}' in doc with _id: ${shown(document._id)} has an array field`);
    held = isDocument(held) ? field(held, part) : undefined;
  }
}

// What is in the way must be able to hold more.
function checkViable(document, path) {
  const parts = path.split('.');
  let held = document;
  for (let i = 0; i < parts.length && held !== undefined; i += 1) {
    if (!isDocument(held) && !(Array.isArray(held) && isIndex(parts[i]))) {
      refuse(`cannot use the part (${parts[i - 1]} of ${path}) to traverse the element ({${parts[i - 1]}: ${shown(held)}})`);
    }
    held = Array.isArray(held) ? held[parts[i]] : field(held, parts[i]);
  }
}

function rename(to, { path }) {
  if (typeof to !== 'string') refuse(`The 'to' field for $rename must be a string: ${path}: ${shown(to)}`);
  if (to === path) refuse(`The source and target field for $rename must differ: ${path}: ${shown(to)}`);
  return (place, { document }) => {
    if (place === undefined) checkViable(document, path);
    if (place === undefined || place.value === undefined) return;
    const { value } = place;
    checkWay(document, path, 'source');
    checkWay(document, to, 'destination');
    place.unset();
    placeOf(document, to.split('.'), true).set(value);
  };
}

// Those of MAKING make the place if it is not there; the others do nothing then.
const MAKING = {
  $set: set,
  $inc: calculating('$inc', 'increment', (one, other) => one + other, (operand) => operand),
  $mul: calculating('$mul', 'multiply', (one, other) => one * other, () => 0),
  $min: choosing(-1),
  $max: choosing(1),
  $push: push,
  $addToSet: addToSet,
  $bit: bit,
  $currentDate: currentDate,
};
const FINDING = { $unset: unset, $pop: pop, $pull: pull, $pullAll: pullAll, $rename: rename };

module.exports = { FINDING, MAKING };

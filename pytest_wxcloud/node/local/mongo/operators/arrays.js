'use strict';
// Arrays, sets and objects.

const { refuse } = require('../failing');
const { equal, isDocument, isMissing, keyOf, setField, typeName } = require('../values');
const { checkArray, checkInteger, naming, taking, takingPresent } = require('./arguments');

function elementAt(array, index) {
  if (isMissing(array) || isMissing(index)) return null;
  checkArray('$arrayElemAt', array, 'first argument');
  checkInteger('$arrayElemAt', index, 'second argument');
  return array[index < 0 ? array.length + index : index];
}

const end = (name, at) => taking(name, 1, 1, (array) => {
  if (isMissing(array)) return null;
  checkArray(name, array);
  return array.at(at);
});

function concatenated(...arrays) {
  if (arrays.some(isMissing)) return null;
  for (const array of arrays) if (!Array.isArray(array)) refuse(`$concatArrays only supports arrays, not ${typeName(array)}`);
  return arrays.flat();
}

function contains(value, array) {
  checkArray('$in', array, 'second argument');
  return array.some((entry) => equal(entry, value));
}

function indexOf(array, value, start = 0, stop = Infinity) {
  checkArray('$indexOfArray', array, 'first argument');
  for (const bound of [start, stop]) if (bound !== Infinity && !(Number.isInteger(bound) && bound >= 0)) refuse(`$indexOfArray requires a nonnegative integral index, found: ${JSON.stringify(bound)}`);
  for (let i = start; i < Math.min(stop, array.length); i += 1) if (equal(array[i], value)) return i;
  return -1;
}

function range(start, stop, step = 1) {
  for (const [number, what] of [[start, 'starting value'], [stop, 'ending value'], [step, 'step value']]) checkInteger('$range', number, what);
  if (step === 0) refuse('$range requires a non-zero step value');
  const numbers = [];
  for (let i = start; step > 0 ? i < stop : i > stop; i += step) numbers.push(i);
  return numbers;
}

function size(array) {
  if (!Array.isArray(array)) refuse(`The argument to $size must be an array, but was of type: ${typeName(array)}`);
  return array.length;
}

function slice(array, ...bounds) {
  const [first, count] = bounds;
  if (isMissing(array) || isMissing(first)) return null;
  checkArray('$slice', array, 'first argument');
  checkInteger('$slice', first, 'second argument');
  if (bounds.length === 2 && isMissing(count)) return null;
  if (bounds.length === 2) checkInteger('$slice', count, 'third argument');
  if (bounds.length === 1) return first < 0 ? array.slice(first) : array.slice(0, first);
  if (count <= 0) refuse(`Third argument to $slice must be positive: ${count}`);
  const from = first < 0 ? Math.max(0, array.length + first) : first;
  return array.slice(from, from + count);
}

function zip({ inputs, useLongestLength = false, defaults }, operand) {
  if (isMissing(inputs)) return null;
  checkArray('$zip', inputs, 'inputs');
  for (const input of inputs) {
    if (isMissing(input)) return null;
    checkArray('$zip', input, 'input');
  }
  if (typeof useLongestLength !== 'boolean') refuse(`useLongestLength must be a bool, found ${typeName(useLongestLength)}`);
  if (operand.defaults !== undefined && !useLongestLength) refuse('cannot specify defaults unless useLongestLength is true');
  if (!isMissing(defaults) && defaults.length !== inputs.length) refuse('defaults and inputs must have the same length');
  const lengths = inputs.map((input) => input.length);
  const rows = useLongestLength ? Math.max(...lengths) : Math.min(...lengths);
  return Array.from({ length: rows }, (_, row) => inputs.map((input, i) => {
    if (row < input.length) return input[row];
    return defaults && defaults[i] !== undefined ? defaults[i] : null;
  }));
}

const unique = (values) => [...new Map(values.map((value) => [keyOf(value), value])).values()];
const keysOf = (values) => new Set(values.map(keyOf));

function checkSets(name, sets) {
  for (const set of sets) if (!Array.isArray(set)) refuse(`All operands of ${name} must be arrays. One argument is of type: ${typeName(set)}`);
}

const ofSets = (name, action) => taking(name, 0, Infinity, (...sets) => {
  if (sets.some(isMissing)) return null;
  checkSets(name, sets);
  return action(sets);
});

const judgingSets = (name, least, most, action) => taking(name, least, most, (...sets) => {
  checkSets(name, sets);
  return action(sets.map(keysOf));
});

function difference(one, other) {
  if (isMissing(one) || isMissing(other)) return null;
  checkSets('$setDifference', [one, other]);
  const keys = keysOf(other);
  return unique(one.filter((value) => !keys.has(keyOf(value))));
}

function intersection(sets) {
  if (sets.length === 0) return [];
  const keys = sets.slice(1).map(keysOf);
  return unique(sets[0].filter((value) => keys.every((set) => set.has(keyOf(value)))));
}

const isTrue = (value) => value !== false && value !== 0 && !isMissing(value);

function merged(...objects) {
  const result = {};
  for (const object of objects.length === 1 && Array.isArray(objects[0]) ? objects[0] : objects) {
    if (isMissing(object)) continue;
    if (!isDocument(object)) refuse(`$mergeObjects requires object inputs, but input ${JSON.stringify(object)} is of type ${typeName(object)}`);
    for (const name of Object.keys(object)) setField(result, name, object[name]);
  }
  return result;
}

function toArray(object) {
  if (isMissing(object)) return null;
  if (!isDocument(object)) refuse(`$objectToArray requires a document input, found: ${typeName(object)}`);
  return Object.keys(object).map((name) => ({ k: name, v: object[name] }));
}

function toObject(entries) {
  if (isMissing(entries)) return null;
  if (!Array.isArray(entries)) refuse(`$arrayToObject requires an array input, found: ${typeName(entries)}`);
  const result = {};
  const paired = entries.length > 0 && Array.isArray(entries[0]);
  for (const entry of entries) {
    if (paired ? !Array.isArray(entry) || entry.length !== 2 : !isDocument(entry) || Object.keys(entry).sort().join() !== 'k,v') {
      refuse('$arrayToObject requires an array of pairs, or of objects with the fields k and v');
    }
    const [name, value] = paired ? entry : [entry.k, entry.v];
    if (typeof name !== 'string') refuse(`$arrayToObject requires keys of type string, found: ${typeName(name)}`);
    setField(result, name, value);
  }
  return result;
}

module.exports = {
  unique,
  OPERATORS: {
    $arrayElemAt: taking('$arrayElemAt', 2, 2, elementAt),
    $first: end('$first', 0),
    $last: end('$last', -1),
    $arrayToObject: taking('$arrayToObject', 1, 1, toObject),
    $concatArrays: taking('$concatArrays', 0, Infinity, concatenated),
    $in: taking('$in', 2, 2, contains),
    $indexOfArray: takingPresent('$indexOfArray', 2, 4, indexOf),
    $isArray: taking('$isArray', 1, 1, Array.isArray),
    $range: taking('$range', 2, 3, range),
    $reverseArray: taking('$reverseArray', 1, 1, (array) => {
      if (isMissing(array)) return null;
      checkArray('$reverseArray', array);
      return [...array].reverse();
    }),
    $size: taking('$size', 1, 1, size),
    $slice: taking('$slice', 2, 3, slice),
    $zip: naming('$zip', ['inputs'], ['useLongestLength', 'defaults'], zip),
    $allElementsTrue: taking('$allElementsTrue', 1, 1, (array) => {
      checkArray('$allElementsTrue', array);
      return array.every(isTrue);
    }),
    $anyElementTrue: taking('$anyElementTrue', 1, 1, (array) => {
      checkArray('$anyElementTrue', array);
      return array.some(isTrue);
    }),
    $setDifference: taking('$setDifference', 2, 2, difference),
    $setEquals: judgingSets('$setEquals', 2, Infinity, ([first, ...others]) => others.every((set) => set.size === first.size && [...set].every((key) => first.has(key)))),
    $setIntersection: ofSets('$setIntersection', intersection),
    $setIsSubset: judgingSets('$setIsSubset', 2, 2, ([one, other]) => [...one].every((key) => other.has(key))),
    $setUnion: ofSets('$setUnion', (sets) => unique(sets.flat())),
    $mergeObjects: taking('$mergeObjects', 0, Infinity, merged),
    $objectToArray: taking('$objectToArray', 1, 1, toArray),
  },
};

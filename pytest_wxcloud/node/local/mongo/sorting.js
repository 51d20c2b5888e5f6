'use strict';
// Orders documents. Of an array the smallest entry counts, or the largest in descending order.

const { refuse } = require('./failing');
const { keysAlong, split } = require('./paths');
const { compare, isDocument } = require('./values');

function keyOf(value, parts, direction) {
  const keys = keysAlong(value, parts);
  let key = keys[0];
  for (let i = 1; i < keys.length; i += 1) if (direction * compare(keys[i], key) < 0) key = keys[i];
  return key;
}

function checkDirection(direction) {
  if (direction !== 1 && direction !== -1) refuse(`Illegal key in $sort specification: a direction must be 1 or -1, not ${JSON.stringify(direction)}`);
}

// A new list, in the order that `order` says: {path: 1 or -1}. What is equal stays as it was.
function sorted(documents, order) {
  if (!isDocument(order)) refuse('the $sort key specification must be an object');
  const keys = Object.keys(order).map((path) => ({ parts: split(path), direction: order[path] }));
  if (keys.length === 0) refuse('$sort stage must have at least one sort key');
  for (const { direction } of keys) checkDirection(direction);
  const keyed = documents.map((document) => ({ document, by: keys.map(({ parts, direction }) => keyOf(document, parts, direction)) }));
  keyed.sort((one, other) => {
    for (let i = 0; i < keys.length; i += 1) {
      const found = compare(one.by[i], other.by[i]);
      if (found !== 0) return keys[i].direction * found;
    }
    return 0;
  });
  return keyed.map(({ document }) => document);
}

// `$sort` of $push: of whole values, or by their fields.
function sortedValues(values, order) {
  if (isDocument(order)) return sorted(values, order);
  checkDirection(order);
  return [...values].sort((one, other) => order * compare(one, other));
}

module.exports = { sorted, sortedValues };

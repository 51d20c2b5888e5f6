'use strict';
// Dotted paths. Queries and sorting look into the arrays on their way, each in its own manner.

const { field, isDocument } = require('./values');

const split = (path) => path.split('.');
const isIndex = (part) => /^(0|[1-9]\d*)$/.test(part);

// Whether `test` holds for a value that the path leads to. A missing one is tested as undefined, but not
// inside arrays, whose entries that are no objects have no fields. An entry that is named by its index is
// tested as a whole.
function reaches(value, parts, test, at = 0) {
  if (at === parts.length) return test(value);
  const part = parts[at];
  if (Array.isArray(value)) {
    if (isIndex(part) && Number(part) < value.length) {
      const entry = value[Number(part)];
      if (at === parts.length - 1 ? (test.ofWhole || test)(entry) : typeof entry === 'object' && entry !== null && reaches(entry, parts, test, at + 1)) return true;
    }
    return value.some((entry) => isDocument(entry) && reaches(entry, parts, test, at));
  }
  return reaches(isDocument(value) ? field(value, part) : undefined, parts, test, at + 1);
}

// The values by which a document is sorted: each entry of an array is one.
function keysAlong(value, parts, at = 0) {
  if (Array.isArray(value)) {
    if (at === parts.length) return value.length === 0 ? [undefined] : value.map(orNull);
    if (isIndex(parts[at])) return keysAlong(value[Number(parts[at])], parts, at + 1);
    return value.length === 0 ? [null] : value.flatMap((entry) => (isDocument(entry) ? keysAlong(entry, parts, at) : [null]));
  }
  if (at === parts.length) return [orNull(value)];
  return keysAlong(isDocument(value) ? field(value, parts[at]) : undefined, parts, at + 1);
}

const orNull = (value) => (value === undefined ? null : value);

module.exports = { isIndex, keysAlong, reaches, split };

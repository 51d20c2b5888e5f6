'use strict';
// $lookup: what of another collection belongs to each document.

const { refuse } = require('./failing');
const { check, evaluate } = require('./expressions');
const { checkOptions } = require('./grouping');
const { reaches, split } = require('./paths');
const { isMissing, keyOf, typeName } = require('./values');

// Key → the documents of which `path` leads to that value, as a query for it would find them.
function indexOf(documents, path) {
  const index = new Map();
  const parts = split(path);
  documents.forEach((document, at) => {
    const add = (value) => {
      const key = keyOf(isMissing(value) ? null : value);
      if (!index.has(key)) index.set(key, new Set());
      index.get(key).add(at);
      return false;
    };
    reaches(document, parts, (value) => add(value) || (Array.isArray(value) && value.some(add)));
  });
  return index;
}

// The values of the field: each entry of an array is one.
function valuesAt(document, path) {
  const values = [];
  let seen = false;
  reaches(document, split(path), (value) => {
    seen = true;
    if (Array.isArray(value)) values.push(...value);
    else values.push(value);
    return false;
  });
  return seen ? values : [undefined];
}

function lookup(documents, spec, scope, { collection, run }) {
  checkOptions('$lookup', spec, ['as'], ['from', 'localField', 'foreignField', 'let', 'pipeline']);
  const { from, localField, foreignField, as, let: variables = {}, pipeline } = spec;
  for (const key of ['from', 'as', 'localField', 'foreignField']) {
    if (spec[key] !== undefined && typeof spec[key] !== 'string') refuse(`$lookup argument '${key}' must be a string, is type ${typeName(spec[key])}`);
  }
  if (from === undefined) refuse("must specify 'from' field for a $lookup");
  check(variables);
  const joins = localField !== undefined && foreignField !== undefined;
  if (!joins && (pipeline === undefined || localField !== undefined || foreignField !== undefined)) {
    refuse("$lookup requires both 'localField' and 'foreignField', or 'pipeline', to be specified");
  }
  if (pipeline !== undefined && !Array.isArray(pipeline)) refuse(`'pipeline' option must be specified as an array`);
  const others = collection(from);
  const index = joins ? indexOf(others, foreignField) : undefined;
  return documents.map((document) => {
    const inner = scope(document);
    const found = joins ? matching(others, index, document, localField) : others;
    if (pipeline === undefined) return [document, as, found];
    const bound = { ...inner };
    for (const name of Object.keys(variables)) bound[name] = evaluate(variables[name], inner);
    return [document, as, run(found, pipeline, bound)];
  });
}

function matching(others, index, document, localField) {
  const places = new Set();
  for (const value of valuesAt(document, localField)) for (const at of index.get(keyOf(isMissing(value) ? null : value)) || []) places.add(at);
  return [...places].sort((one, other) => one - other).map((at) => others[at]);
}

module.exports = { lookup };

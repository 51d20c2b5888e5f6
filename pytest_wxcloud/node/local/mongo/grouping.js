'use strict';
// The stages that make one document of several: $group, $bucket, $bucketAuto.

const { refuse, unserved } = require('./failing');
const { check, evaluate } = require('./expressions');
const { ACCUMULATORS } = require('./operators/accumulating');
const { compare, isDocument, isMissing, keyOf, setField, shown, typeOf } = require('./values');

// {field: {$accumulator: expression}} as a function of the scopes of a group's documents.
function accumulation(fields) {
  const all = Object.keys(fields).map((name) => {
    const spec = fields[name];
    if (!isDocument(spec) || Object.keys(spec).length !== 1) refuse(`The field '${name}' must be an accumulator object`);
    if (name.includes('.')) refuse(`The field name '${name}' cannot contain '.'`);
    const [operator] = Object.keys(spec);
    if (!Object.hasOwn(ACCUMULATORS, operator)) {
      if (operator[0] === '$') unserved(`${operator} of a group`);
      refuse(`The field '${name}' must be an accumulator object`);
    }
    check(spec[operator]);
    return { name, expression: spec[operator], accumulate: ACCUMULATORS[operator] };
  });
  return (id, scopes) => {
    const result = { _id: id };
    for (const { name, expression, accumulate } of all) setField(result, name, accumulate(scopes.map((scope) => evaluate(expression, scope))));
    return result;
  };
}

function group(documents, spec, scope) {
  if (!isDocument(spec)) refuse("a group's fields must be specified in an object");
  const { _id, ...fields } = spec;
  if (!Object.hasOwn(spec, '_id')) refuse('a group specification must include an _id');
  check(_id);
  const accumulate = accumulation(fields);
  const groups = new Map();
  for (const document of documents) {
    const inner = scope(document);
    const value = evaluate(_id, inner);
    const id = value === undefined ? null : value;
    const key = keyOf(id);
    if (!groups.has(key)) groups.set(key, { id, scopes: [] });
    groups.get(key).scopes.push(inner);
  }
  return [...groups.values()].map(({ id, scopes }) => accumulate(id, scopes));
}

const COUNT = { count: { $sum: 1 } };

function checkBoundaries(boundaries) {
  if (!Array.isArray(boundaries) || boundaries.length < 2) refuse("The $bucket 'boundaries' field must be an array of at least 2 values");
  for (let i = 1; i < boundaries.length; i += 1) {
    if (typeOf(boundaries[i]) !== typeOf(boundaries[i - 1])) refuse("All values in the 'boundaries' option to $bucket must have the same type");
    if (compare(boundaries[i - 1], boundaries[i]) >= 0) refuse("The 'boundaries' option to $bucket must be sorted, and have no duplicates");
  }
}

function checkOptions(name, spec, required, optional) {
  if (!isDocument(spec)) refuse(`Argument to ${name} stage must be an object`);
  for (const key of Object.keys(spec)) if (!required.includes(key) && !optional.includes(key)) refuse(`Unrecognized option to ${name}: ${key}.`);
  for (const key of required) if (spec[key] === undefined) refuse(`${name} requires '${key}' to be specified.`);
}

function bucket(documents, spec, scope) {
  checkOptions('$bucket', spec, ['groupBy', 'boundaries'], ['default', 'output']);
  const { groupBy, boundaries, output = COUNT } = spec;
  checkBoundaries(boundaries);
  check(groupBy);
  const hasDefault = Object.hasOwn(spec, 'default');
  if (hasDefault && compare(spec.default, boundaries[0]) >= 0 && compare(spec.default, boundaries[boundaries.length - 1]) < 0) {
    refuse("The $bucket 'default' field must be less than the lowest boundary or greater than or equal to the highest boundary.");
  }
  const accumulate = accumulation(output);
  const held = new Map();
  for (const document of documents) {
    const inner = scope(document);
    const value = evaluate(groupBy, inner);
    const above = boundaries.findIndex((boundary) => compare(isMissing(value) ? null : value, boundary) < 0);
    if (above <= 0 && !hasDefault) refuse(`$switch could not find a matching branch for an input, and no default was specified. ($bucket of ${shown(value)})`);
    const id = above <= 0 ? spec.default : boundaries[above - 1];
    if (!held.has(keyOf(id))) held.set(keyOf(id), { id, scopes: [] });
    held.get(keyOf(id)).scopes.push(inner);
  }
  return [...held.values()].sort((one, other) => compare(one.id, other.id)).map(({ id, scopes }) => accumulate(id, scopes));
}

function bucketAuto(documents, spec, scope) {
  checkOptions('$bucketAuto', spec, ['groupBy', 'buckets'], ['output', 'granularity']);
  if (spec.granularity !== undefined) unserved('$bucketAuto with granularity');
  const { groupBy, buckets, output = COUNT } = spec;
  if (!Number.isInteger(buckets) || buckets < 1) refuse(`The $bucketAuto 'buckets' field must be greater than 0, but found: ${shown(buckets)}`);
  check(groupBy);
  const accumulate = accumulation(output);
  const entries = documents.map((document) => {
    const inner = scope(document);
    const value = evaluate(groupBy, inner);
    return { inner, value: value === undefined ? null : value };
  }).sort((one, other) => compare(one.value, other.value));
  const size = Math.max(1, Math.round(entries.length / buckets));
  const cuts = [];
  for (let at = 0; at < entries.length;) {
    let end = cuts.length === buckets - 1 ? entries.length : Math.min(at + size, entries.length);
    while (end < entries.length && compare(entries[end].value, entries[end - 1].value) === 0) end += 1;
    cuts.push([at, end]);
    at = end;
  }
  return cuts.map(([from, to]) => {
    const max = to < entries.length ? entries[to].value : entries[to - 1].value;
    return accumulate({ min: entries[from].value, max }, entries.slice(from, to).map(({ inner }) => inner));
  });
}

module.exports = { bucket, bucketAuto, checkOptions, group };

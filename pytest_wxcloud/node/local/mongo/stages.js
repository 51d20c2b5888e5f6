'use strict';
// The stages of an aggregation, and running them one after the other. Documents are never changed.

const { refuse, unserved } = require('./failing');
const { check, evaluate, isTrue, scopeOf } = require('./expressions');
const { bucket, bucketAuto, checkOptions, group } = require('./grouping');
const { lookup } = require('./joining');
const { compile } = require('./matching');
const { addition, projection } = require('./projecting');
const { sorted } = require('./sorting');
const { field, isDocument, isMissing, setField, typeName } = require('./values');

// `document` with `value` at `path`; undefined takes the field away.
function withField(document, [name, ...rest], value) {
  const result = { ...document };
  const held = field(result, name);
  const placed = rest.length === 0 ? value : withField(isDocument(held) ? held : {}, rest, value);
  if (placed === undefined) delete result[name];
  else setField(result, name, placed);
  return result;
}

function amount(name, value, least) {
  if (!Number.isInteger(value) || value < least) refuse(`invalid argument to ${name} stage: Expected a ${least === 0 ? 'non-negative' : 'positive'} integer, but found ${JSON.stringify(value)}`);
  return value;
}

function fieldName(name, value) {
  if (typeof value !== 'string' || value === '' || value[0] === '$' || value.includes('.')) refuse(`the ${name} field must be a non-empty string without $ and .`);
  return value;
}

function unwind(documents, spec) {
  const given = typeof spec === 'string' ? { path: spec } : spec;
  checkOptions('$unwind', given, ['path'], ['includeArrayIndex', 'preserveNullAndEmptyArrays']);
  const { path, includeArrayIndex, preserveNullAndEmptyArrays = false } = given;
  if (typeof path !== 'string' || path[0] !== '$' || path.length < 2) refuse(`path option to $unwind stage should be prefixed with a '$': ${path}`);
  if (typeof preserveNullAndEmptyArrays !== 'boolean') refuse('expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage');
  const parts = path.slice(1).split('.');
  const indexed = (document, index) => (includeArrayIndex === undefined ? document : withField(document, includeArrayIndex.split('.'), index));
  return documents.flatMap((document) => {
    const value = parts.reduce((held, part) => (isDocument(held) ? field(held, part) : undefined), document);
    if (Array.isArray(value) && value.length > 0) return value.map((entry, i) => indexed(withField(document, parts, entry), i));
    if (!Array.isArray(value) && !isMissing(value)) return [indexed(document, null)];
    if (!preserveNullAndEmptyArrays) return [];
    return [indexed(Array.isArray(value) ? withField(document, parts, undefined) : document, null)];
  });
}

function replaceRoot(documents, expression, scope) {
  check(expression);
  return documents.map((document) => {
    const root = evaluate(expression, scope(document));
    if (!isDocument(root)) refuse(`'newRoot' expression must evaluate to an object, but resulting value was of type: '${typeName(root)}'`);
    return root;
  });
}

function unset(documents, spec) {
  const paths = Array.isArray(spec) ? spec : [spec];
  if (paths.length === 0 || !paths.every((path) => typeof path === 'string')) refuse('$unset specification must be a string or an array of strings');
  return documents.map(projection(Object.fromEntries(paths.map((path) => [path, 0]))));
}

// Some of them, each once. `random()` is in [0, 1).
function sample(documents, spec, random) {
  checkOptions('$sample', spec, ['size'], []);
  const left = [...documents];
  return Array.from({ length: Math.min(amount('$sample', spec.size, 0), left.length) }, () => left.splice(Math.floor(random() * left.length), 1)[0]);
}

const STAGES = {
  $match: (documents, spec, scope, { context }) => documents.filter(compile(spec, context)),
  $project(documents, spec, scope) {
    const project = projection(spec);
    return documents.map((document) => project(document, scope(document)));
  },
  $addFields(documents, spec, scope) {
    const add = addition(spec);
    return documents.map((document) => add(document, scope(document)));
  },
  $unset: unset,
  $group: group,
  $bucket: bucket,
  $bucketAuto: bucketAuto,
  $sort: (documents, spec) => sorted(documents, spec),
  $limit: (documents, spec) => documents.slice(0, amount('$limit', spec, 1)),
  $skip: (documents, spec) => documents.slice(amount('$skip', spec, 0)),
  $unwind: unwind,
  $lookup: (documents, spec, scope, tools) => lookup(documents, spec, scope, tools).map(([document, as, found]) => withField(document, as.split('.'), found)),
  $replaceRoot(documents, spec, scope) {
    checkOptions('$replaceRoot', spec, ['newRoot'], []);
    return replaceRoot(documents, spec.newRoot, scope);
  },
  $replaceWith: replaceRoot,
  $count: (documents, spec) => (fieldName('$count', spec), documents.length === 0 ? [] : [{ [spec]: documents.length }]),
  $sortByCount: (documents, spec, scope) => sorted(group(documents, { _id: spec, count: { $sum: 1 } }, scope), { count: -1 }),
  $sample: (documents, spec, scope, { random }) => sample(documents, spec, random),
  $facet(documents, spec, scope, { run, variables }) {
    if (!isDocument(spec) || Object.keys(spec).length === 0) refuse('the $facet specification must be a non-empty object');
    const result = {};
    for (const name of Object.keys(spec)) setField(result, name, run(documents, spec[name], variables));
    return [result];
  },
};
STAGES.$set = STAGES.$addFields;

// `outside` is what the stages need from outside: now, random and collection(name).
function aggregate(documents, stages, outside, variables = { NOW: outside.now }) {
  if (!Array.isArray(stages)) refuse('the pipeline must be an array');
  const scope = (document) => scopeOf(document, variables);
  const context = contextOf(variables);
  const run = (given, pipeline, bound) => aggregate(given, pipeline, outside, bound);
  let found = documents;
  for (const stage of stages) {
    const names = isDocument(stage) ? Object.keys(stage) : [];
    if (names.length !== 1) refuse('A pipeline stage specification object must contain exactly one field.');
    if (!Object.hasOwn(STAGES, names[0])) unserved(names[0]);
    found = STAGES[names[0]](found, stage[names[0]], scope, { ...outside, context, run, variables });
  }
  return found;
}

// What queries need, for $expr.
function contextOf(variables) {
  return { isTrueOf: (expression) => {
    check(expression);
    return (document) => isTrue(evaluate(expression, scopeOf(document, variables)));
  } };
}

module.exports = { aggregate, contextOf };

'use strict';
// MongoDB's query language: makes a predicate of a query. A condition on a field is a function of `reach`,
// which tells whether a value that the field's path leads to passes a test.

const { refuse, unserved } = require('./failing');
const { reaches, split } = require('./paths');
const tests = require('./tests');
const { isDocument, isOperators, typeOf } = require('./values');

const holds = (test) => (reach) => reach(test);
const fails = (test) => (reach) => !reach(test);

// The entries are documents of which the query tells fields, or values of which it tells all.
function withEntry(operand, context) {
  if (!isDocument(operand)) refuse('$elemMatch needs an Object');
  const first = Object.keys(operand)[0];
  if (first !== undefined && first[0] === '$' && !Object.hasOwn(LOGICAL, first)) {
    const conditions = conditionsOf(operand, context);
    const matches = (entry) => conditions.every((condition) => condition((test) => test.ofWhole(entry)));
    return tests.ofArray((array) => array.some(matches));
  }
  const matches = compile(operand, context);
  return tests.ofArray((array) => array.some((entry) => (isDocument(entry) || Array.isArray(entry)) && matches(entry)));
}

// Each may be met by another of the values.
function withAll(operand, context) {
  if (!Array.isArray(operand)) refuse('$all needs an array');
  const all = operand.map((one) => {
    if (!isOperators(one)) return tests.equalTo(one);
    if (Object.keys(one)[0] !== '$elemMatch') refuse('no $ expressions in $all');
    return withEntry(one.$elemMatch, context);
  });
  return (reach) => all.length > 0 && all.every(reach);
}

function without(operand, context) {
  if (operand instanceof RegExp) return fails(tests.equalTo(operand));
  if (!isDocument(operand)) refuse('$not needs a regex or a document');
  if (Object.keys(operand).length === 0) refuse('$not cannot be empty');
  const conditions = conditionsOf(operand, context);
  return (reach) => !conditions.every((condition) => condition(reach));
}

const OPERATORS = {
  $eq: (operand) => holds(tests.equalTo(operand)),
  $ne(operand) {
    if (operand instanceof RegExp) refuse("Can't have regex as arg to $ne.");
    return fails(tests.equalTo(operand));
  },
  $gt: (operand, { path }) => holds(tests.inOrder(operand, path, (order) => order > 0)),
  $gte: (operand, { path }) => holds(tests.inOrder(operand, path, (order) => order >= 0)),
  $lt: (operand, { path }) => holds(tests.inOrder(operand, path, (order) => order < 0)),
  $lte: (operand, { path }) => holds(tests.inOrder(operand, path, (order) => order <= 0)),
  $in: (operand) => holds(tests.oneOf(operand, '$in')),
  $nin: (operand) => fails(tests.oneOf(operand, '$nin')),
  $exists: (operand) => (isTrue(operand) ? holds : fails)(tests.present),
  $type: (operand) => holds(tests.ofType(operand)),
  $mod: (operand) => holds(tests.divided(operand)),
  $size: (operand) => holds(tests.ofSize(operand)),
  $elemMatch: (operand, context) => holds(withEntry(operand, context)),
  $all: withAll,
  $not: without,
};

const isTrue = (value) => value !== false && value !== 0 && value !== null;

// The conditions in `{$gt: 1, $lt: 5}`.
function conditionsOf(operators, context) {
  const { $regex, $options, ...others } = operators;
  const conditions = [];
  if ($regex !== undefined) conditions.push(holds(tests.equalTo(tests.patternOf($regex, $options))));
  else if ($options !== undefined) refuse('$options needs a $regex');
  for (const name of Object.keys(others)) {
    if (name[0] !== '$') refuse(`unknown operator: ${name}`);
    if (!Object.hasOwn(OPERATORS, name)) unserved(name);
    conditions.push(OPERATORS[name](others[name], context));
  }
  return conditions;
}

function onField(path, operand, context) {
  const conditions = isOperators(operand) ? conditionsOf(operand, { ...context, path }) : [holds(tests.equalTo(operand))];
  const parts = split(path);
  if (parts.length > 1) return (document) => conditions.every((condition) => condition((test) => reaches(document, parts, test)));
  const own = (document) => (Object.hasOwn(document, path) ? document[path] : undefined);
  if (conditions.length === 1) {
    const [condition] = conditions;
    return (document) => condition((test) => (Array.isArray(document) ? reaches(document, parts, test) : test(own(document))));
  }
  return (document) => conditions.every((condition) => condition((test) => reaches(document, parts, test)));
}

function clauses(name, operand, context) {
  if (!Array.isArray(operand)) refuse(`${name} must be an array`);
  if (operand.length === 0) refuse('$and/$or/$nor must be a nonempty array');
  return operand.map((clause) => {
    if (!isDocument(clause)) refuse('$or/$and/$nor entries need to be full objects');
    return compile(clause, context);
  });
}

const LOGICAL = {
  $and(operand, context) {
    const all = clauses('$and', operand, context);
    return (document) => all.every((matches) => matches(document));
  },
  $or(operand, context) {
    const all = clauses('$or', operand, context);
    return (document) => all.some((matches) => matches(document));
  },
  $nor(operand, context) {
    const all = clauses('$nor', operand, context);
    return (document) => !all.some((matches) => matches(document));
  },
  $expr: (operand, { isTrueOf }) => isTrueOf(operand),
  $comment: () => () => true,
};

// A predicate on documents. `context.isTrueOf(expression)` makes one of an aggregation expression.
function compile(query, context) {
  if (typeOf(query) !== 'object') refuse('the query must be an object');
  const all = Object.keys(query).map((name) => {
    if (name[0] !== '$') return onField(name, query[name], context);
    if (!Object.hasOwn(LOGICAL, name)) unserved(name);
    return LOGICAL[name](query[name], context);
  });
  return all.length === 1 ? all[0] : (document) => all.every((matches) => matches(document));
}

module.exports = { compile, conditionsOf };

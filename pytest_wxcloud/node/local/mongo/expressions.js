'use strict';
// Aggregation expressions: evaluates one for a document. What an operator does with its arguments stands
// in operators/; those below decide themselves which of their arguments are evaluated, and how often.

const { find } = require('../../originals');
const { refuse, unserved } = require('./failing');
const { OPERATORS } = require('./operators');
const { field, isDocument, isMissing, setField, typeName } = require('./values');

// `variables` has ROOT, CURRENT and NOW, and what $let, $map and so on name.
function scopeOf(document, variables) {
  return { ...variables, ROOT: document, CURRENT: document };
}

const isTrue = (value) => value !== false && value !== 0 && !isMissing(value);

// Of an array the values of its entries; those that have none are left out.
function along(value, parts, at) {
  if (at === parts.length) return value;
  if (Array.isArray(value)) return value.map((entry) => (isDocument(entry) || Array.isArray(entry) ? along(entry, parts, at) : undefined)).filter((one) => one !== undefined);
  return isDocument(value) ? along(field(value, parts[at]), parts, at + 1) : undefined;
}

function atPath(path, scope) {
  if (path.startsWith('$$')) {
    const [name, ...parts] = path.slice(2).split('.');
    if (name === 'REMOVE') return undefined;
    if (!Object.hasOwn(scope, name)) refuse(`Use of undefined variable: ${name}`);
    return along(scope[name], parts, 0);
  }
  const parts = path.slice(1).split('.');
  if (parts.includes('')) refuse(parts.length === 1 ? "'$' by itself is not a valid FieldPath" : 'FieldPath must not end with a \'.\'.');
  return along(scope.CURRENT, parts, 0);
}

function evaluate(expression, scope) {
  if (typeof expression === 'string') return expression[0] === '$' ? atPath(expression, scope) : expression;
  if (Array.isArray(expression)) return expression.map((one) => orNull(evaluate(one, scope)));
  if (!isDocument(expression)) return expression;
  const names = Object.keys(expression);
  if (names.length > 0 && names[0][0] === '$') return operate(names, expression, scope);
  const result = {};
  for (const name of names) {
    if (name.includes('.')) refuse(`FieldPath field names may not contain '.'. Consider using $getField or $setField.`);
    const value = evaluate(expression[name], scope);
    if (value !== undefined) setField(result, name, value);
  }
  return result;
}

const orNull = (value) => (value === undefined ? null : value);

function operate(names, expression, scope) {
  const [name] = names;
  if (names.length > 1) refuse(`an expression specification must contain exactly one field, the name of the expression. Found ${names.length} fields in it`);
  const operand = expression[name];
  if (Object.hasOwn(SPECIAL, name)) return SPECIAL[name](operand, scope);
  if (!Object.hasOwn(OPERATORS, name)) unserved(name);
  return OPERATORS[name](operand, (one) => evaluate(one, scope), scope);
}

// Refuses what is not known anywhere in an expression, whether it will be evaluated or not.
function check(expression) {
  if (Array.isArray(expression)) for (const one of expression) check(one);
  if (!isDocument(expression)) return;
  for (const name of Object.keys(expression)) {
    if (name === '$literal') continue;
    if (name[0] === '$' && !Object.hasOwn(SPECIAL, name) && !Object.hasOwn(OPERATORS, name)) unserved(name);
    check(expression[name]);
  }
}

// The arguments of an operator that takes them by name.
function named(operator, operand, required, optional) {
  if (!isDocument(operand)) refuse(`${operator} only supports an object as its argument`);
  for (const key of Object.keys(operand)) if (!required.includes(key) && !optional.includes(key)) refuse(`Unrecognized parameter to ${operator}: ${key}`);
  for (const key of required) if (!Object.hasOwn(operand, key)) refuse(`Missing '${key}' parameter to ${operator}`);
}

function arrayIn(operator, value) {
  if (isMissing(value)) return null;
  if (!Array.isArray(value)) refuse(`input to ${operator} must be an array not ${typeName(value)}`);
  return value;
}

function pair(operator, operand, least, most) {
  const given = Array.isArray(operand) ? operand : [operand];
  if (given.length < least || given.length > most) {
    refuse(least === most
      ? `Expression ${operator} takes exactly ${least} arguments. ${given.length} were passed in.`
      : `Expression ${operator} takes at least ${least} arguments, and at most ${most}, but ${given.length} were passed in.`);
  }
  return given;
}

const list = (operand) => (Array.isArray(operand) ? operand : [operand]);

const SPECIAL = {
  $literal: (operand) => operand,
  $and: (operand, scope) => list(operand).every((one) => isTrue(evaluate(one, scope))),
  $or: (operand, scope) => list(operand).some((one) => isTrue(evaluate(one, scope))),
  $not: (operand, scope) => !isTrue(evaluate(pair('$not', operand, 1, 1)[0], scope)),
  $ifNull(operand, scope) {
    const given = pair('$ifNull', operand, 2, Infinity);
    let value;
    for (const one of given) {
      value = evaluate(one, scope);
      if (!isMissing(value)) break;
    }
    return value;
  },
  $cond(operand, scope) {
    if (Array.isArray(operand)) {
      const [test, yes, no] = pair('$cond', operand, 3, 3);
      return evaluate(isTrue(evaluate(test, scope)) ? yes : no, scope);
    }
    named('$cond', operand, ['if', 'then', 'else'], []);
    return evaluate(isTrue(evaluate(operand.if, scope)) ? operand.then : operand.else, scope);
  },
  $switch(operand, scope) {
    named('$switch', operand, ['branches'], ['default']);
    if (!Array.isArray(operand.branches) || operand.branches.length === 0) refuse('$switch requires at least one branch');
    for (const branch of operand.branches) named('$switch', branch, ['case', 'then'], []);
    const branch = find(operand.branches, (one) => isTrue(evaluate(one.case, scope)));
    if (branch !== undefined) return evaluate(branch.then, scope);
    if (!Object.hasOwn(operand, 'default')) refuse('$switch could not find a matching branch for an input, and no default was specified.');
    return evaluate(operand.default, scope);
  },
  $let(operand, scope) {
    named('$let', operand, ['vars', 'in'], []);
    const inner = { ...scope };
    for (const name of Object.keys(operand.vars)) inner[name] = evaluate(operand.vars[name], scope);
    return evaluate(operand.in, inner);
  },
  $map(operand, scope) {
    named('$map', operand, ['input', 'in'], ['as']);
    const input = arrayIn('$map', evaluate(operand.input, scope));
    return input && input.map((entry) => orNull(evaluate(operand.in, { ...scope, [operand.as || 'this']: entry })));
  },
  $filter(operand, scope) {
    named('$filter', operand, ['input', 'cond'], ['as', 'limit']);
    const input = arrayIn('$filter', evaluate(operand.input, scope));
    if (input === null) return null;
    const kept = input.filter((entry) => isTrue(evaluate(operand.cond, { ...scope, [operand.as || 'this']: entry })));
    const limit = operand.limit === undefined ? null : evaluate(operand.limit, scope);
    if (isMissing(limit)) return kept;
    if (!Number.isInteger(limit) || limit < 1) refuse(`$filter: limit must be a positive integer, but found ${limit}`);
    return kept.slice(0, limit);
  },
  $reduce(operand, scope) {
    named('$reduce', operand, ['input', 'initialValue', 'in'], []);
    const input = arrayIn('$reduce', evaluate(operand.input, scope));
    return input && input.reduce((value, entry) => evaluate(operand.in, { ...scope, value, this: entry }), evaluate(operand.initialValue, scope));
  },
};

module.exports = { check, evaluate, isTrue, scopeOf };

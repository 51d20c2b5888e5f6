'use strict';
// The tests of MongoDB's query operators. Each is a function of a value that a path leads to, undefined
// when there is none; `ofWhole` is the same without a look at what an array holds.

const { find } = require('../../originals');
const { refuse, unserved } = require('./failing');
const { compare, equal, isOperators, typeName, typeOf } = require('./values');

// A test that an array passes, too, when one of its entries does.
function spread(test) {
  return Object.assign((value) => test(value) || (Array.isArray(value) && value.some(test)), { ofWhole: test });
}

const whole = (test) => Object.assign(test, { ofWhole: test });

const ofArray = (test) => whole((value) => Array.isArray(value) && test(value));
const present = whole((value) => value !== undefined);
const isAbsent = (value) => value === undefined || value === null;

function search(pattern, text) {
  pattern.lastIndex = 0;
  return pattern.test(text);
}

function isEqualTo(operand) {
  if (operand === null) return isAbsent;
  if (typeof operand === 'string') return (value) => value === operand;
  if (operand instanceof RegExp) return (value) => (typeof value === 'string' ? search(operand, value) : value instanceof RegExp && equal(value, operand));
  return (value) => equal(value, operand);
}

const equalTo = (operand) => spread(isEqualTo(operand));

// Only values of one type are in an order; null and what is missing are one.
function inOrder(operand, path, decide) {
  if (operand instanceof RegExp) refuse(`Can't have RegEx as arg to predicate over field '${path}'.`);
  const withEqual = decide(0);
  if (operand === null) return spread(withEqual ? isAbsent : () => false);
  if (Number.isNaN(operand)) return spread((value) => withEqual && Number.isNaN(value));
  const type = typeOf(operand);
  return spread((value) => typeOf(value) === type && !Number.isNaN(value) && decide(compare(value, operand)));
}

function oneOf(operand, name) {
  if (!Array.isArray(operand)) refuse(`${name} needs an array`);
  if (operand.some(isOperators)) refuse(`cannot nest $ under ${name}`);
  const strings = new Set(operand.filter((entry) => typeof entry === 'string'));
  const others = operand.filter((entry) => typeof entry !== 'string').map(isEqualTo);
  return spread((value) => strings.has(value) || others.some((test) => test(value)));
}

const CODES = {
  double: 1, string: 2, object: 3, array: 4, binData: 5, undefined: 6, objectId: 7, bool: 8, date: 9, null: 10, regex: 11,
  dbPointer: 12, javascript: 13, symbol: 14, javascriptWithScope: 15, int: 16, timestamp: 17, long: 18, decimal: 19,
  minKey: -1, maxKey: 127,
};

function namesOfType(wanted) {
  if (wanted === 'number') return ['int', 'long', 'double', 'decimal'];
  if (typeof wanted === 'string') {
    if (!Object.hasOwn(CODES, wanted)) refuse(`Unknown type name alias: ${wanted}`);
    return [wanted];
  }
  const name = find(Object.keys(CODES), (one) => CODES[one] === wanted);
  if (name === undefined) refuse(`Invalid numerical type code: ${wanted}`);
  return [name];
}

function ofType(operand) {
  const names = new Set([].concat(operand).flatMap(namesOfType));
  if (names.size === 0) refuse('$type must match at least one type');
  return spread((value) => names.has(typeName(value)));
}

function divided(operand) {
  if (!Array.isArray(operand)) refuse('malformed mod, needs to be an array');
  if (operand.length !== 2) refuse(`malformed mod, ${operand.length < 2 ? 'not enough' : 'too many'} elements`);
  if (!Number.isFinite(operand[0])) refuse('malformed mod, divisor not a number');
  if (!Number.isFinite(operand[1])) refuse('malformed mod, remainder not a number');
  const [divisor, rest] = operand.map(Math.trunc);
  if (divisor === 0) refuse('divisor cannot be 0');
  return spread((value) => Number.isFinite(value) && Math.trunc(value) % divisor === rest);
}

function ofSize(operand) {
  if (!Number.isInteger(operand)) refuse(`Failed to parse $size. Expected an integer: $size: ${JSON.stringify(operand)}`);
  if (operand < 0) refuse(`Failed to parse $size. Expected a non-negative number in: $size: ${operand}`);
  return ofArray((array) => array.length === operand);
}

// MongoDB's options to JavaScript's flags: x is not one of them.
function flagsOf(options) {
  if (options.includes('x')) unserved('$regex with the option x');
  const unknown = /[^imsu]/.exec(options);
  if (unknown !== null) refuse(`invalid flag in regex options: ${unknown[0]}`);
  return options;
}

function patternOf(pattern, options) {
  if (pattern instanceof RegExp && options === undefined) return pattern;
  if (pattern instanceof RegExp && pattern.flags !== '') refuse('options set in both $regex and $options');
  const source = pattern instanceof RegExp ? pattern.source : pattern;
  if (typeof source !== 'string') refuse('$regex has to be a string');
  if (options !== undefined && typeof options !== 'string') refuse('$options has to be a string');
  try {
    return new RegExp(source, flagsOf(options || ''));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse(`Regular expression is invalid: ${error.message}`);
  }
}

module.exports = { divided, equalTo, inOrder, oneOf, ofArray, ofSize, ofType, patternOf, present };

'use strict';
// Conversions between types.

const { refuse } = require('../failing');
const { isMissing, typeName, typeOf } = require('../values');
const { naming, taking } = require('./arguments');
const { parseDate } = require('./calendar');

const [INT, LONG] = [2 ** 31, 2 ** 63];

// As MongoDB writes numbers: whole ones without a fraction, exponents with a sign.
function asString(value) {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'number') return String(value);
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return Object.is(value, -0) ? '0' : String(value);
}

function unable(value, to) {
  return refuse(`Unsupported conversion from ${typeName(value)} to ${to} in $convert with no onError value`);
}

function toText(value) {
  return ['number', 'string', 'bool', 'date'].includes(typeOf(value)) ? asString(value) : unable(value, 'string');
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function toDouble(value) {
  if (typeof value === 'string') {
    if (/^[+-]?(nan|inf|infinity)$/i.test(value)) return Number(value.replace(/inf(inity)?/i, 'Infinity').replace(/nan/i, 'NaN'));
    return NUMBER.test(value) ? Number(value) : refuse(`Failed to parse number '${value}' in $convert with no onError value: Did not consume whole string.`);
  }
  return ['number', 'bool', 'date'].includes(typeOf(value)) ? Number(value) : unable(value, 'double');
}

const toWhole = (name, limit) => (value) => {
  if (typeof value === 'string' && !/^[+-]?\d+$/.test(value)) refuse(`Failed to parse number '${value}' in $convert with no onError value`);
  if (value instanceof Date && limit === INT) unable(value, name);
  const number = ['number', 'bool', 'date', 'string'].includes(typeOf(value)) ? Math.trunc(Number(value)) : unable(value, name);
  if (!Number.isFinite(number)) refuse(`Attempt to convert ${Number.isNaN(number) ? 'NaN' : 'infinity'} value to integer type in $convert with no onError value`);
  if (number >= limit || number < -limit) refuse(`Conversion would overflow target type in $convert with no onError value: ${value}`);
  return number + 0;
};

function toBool(value) {
  return typeof value === 'number' ? value !== 0 : value !== false;
}

function toDate(value) {
  if (value instanceof Date) return value;
  if (typeof value === 'string') return parseDate(value);
  return typeof value === 'number' && Number.isFinite(value) && typeName(value) !== 'int' ? new Date(Math.trunc(value)) : unable(value, 'date');
}

const CONVERTERS = { double: toDouble, string: toText, bool: toBool, date: toDate, int: toWhole('int', INT), long: toWhole('long', LONG) };
const CODES = { 1: 'double', 2: 'string', 8: 'bool', 9: 'date', 16: 'int', 18: 'long' };

function convert({ input, to, onError, onNull = null }, operand) {
  if (isMissing(input)) return onNull;
  const name = Object.hasOwn(CODES, to) ? CODES[to] : to;
  if (!Object.hasOwn(CONVERTERS, name)) refuse(`Unknown type name: ${to}`);
  try {
    return CONVERTERS[name](input);
  } catch (error) {
    if (operand.onError === undefined || error.what !== undefined) throw error;
    return onError;
  }
}

const converting = (name, to) => taking(name, 1, 1, (value) => (isMissing(value) ? null : CONVERTERS[to](value)));

module.exports = {
  asString,
  OPERATORS: {
    $convert: naming('$convert', ['input', 'to'], ['onError', 'onNull'], convert),
    $toBool: converting('$toBool', 'bool'),
    $toDate: converting('$toDate', 'date'),
    $toDouble: converting('$toDouble', 'double'),
    $toInt: converting('$toInt', 'int'),
    $toLong: converting('$toLong', 'long'),
    $toString: converting('$toString', 'string'),
    $isNumber: taking('$isNumber', 1, 1, (value) => typeof value === 'number'),
    $type: taking('$type', 1, 1, typeName),
  },
};

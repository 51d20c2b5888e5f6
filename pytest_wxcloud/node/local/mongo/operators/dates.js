'use strict';
// Dates.

const { refuse } = require('../failing');
const { isDocument, isMissing, typeName } = require('../values');
const { checkString, naming } = require('./arguments');
const { PARTS, format, fromLocal, localOf, offsetAt, parseAs, parseDate, timeOf } = require('./calendar');

function checkDate(value) {
  if (!(value instanceof Date)) refuse(`can't convert from BSON type ${typeName(value)} to Date`);
}

// `$year: '$at'`, or `$year: {date: '$at', timezone: '+08:00'}`.
function part(name, read) {
  const action = naming(name, ['date'], ['timezone'], ({ date, timezone }, operand) => {
    if (isMissing(date) || (operand.timezone !== undefined && isMissing(timezone))) return null;
    checkDate(date);
    return read(localOf(date, timezone));
  });
  return (operand, evaluate) => {
    const lone = Array.isArray(operand) && operand.length === 1 ? operand[0] : operand;
    const isNamed = isDocument(lone) && Object.keys(lone)[0][0] !== '$';
    return action(isNamed ? lone : { date: lone }, evaluate);
  };
}

const isUtc = (timezone) => timezone === undefined || timezone === 'UTC' || timezone === 'GMT';

function toText({ date, format: pattern, timezone, onNull = null }, operand) {
  if (isMissing(date)) return onNull;
  if (['format', 'timezone'].some((key) => operand[key] !== undefined && isMissing(key === 'format' ? pattern : timezone))) return null;
  checkDate(date);
  if (pattern !== undefined) checkString('$dateToString', pattern, "for 'format'");
  return format(date, pattern === undefined ? `%Y-%m-%dT%H:%M:%S.%L${isUtc(timezone) ? 'Z' : ''}` : pattern, timezone);
}

function fromText({ dateString, format: pattern, timezone, onNull = null, onError }, operand) {
  if (isMissing(dateString)) return onNull;
  if (operand.timezone !== undefined && isMissing(timezone)) return null;
  offsetAt(0, timezone); // an unknown zone is no fault of the text
  try {
    if (typeof dateString !== 'string') refuse(`$dateFromString requires that 'dateString' be a string, found: ${typeName(dateString)}`);
    return pattern === undefined ? parseDate(dateString, timezone) : parseAs(dateString, pattern, timezone);
  } catch (error) {
    if (operand.onError === undefined || error.what !== undefined) throw error;
    return onError;
  }
}

const CIVIL = ['year', 'month', 'day', 'hour', 'minute', 'second', 'millisecond'];
const ISO = ['isoWeekYear', 'isoWeek', 'isoDayOfWeek', 'hour', 'minute', 'second', 'millisecond'];

function fromParts(values, operand) {
  const isIso = operand.isoWeekYear !== undefined;
  const names = isIso ? ISO : CIVIL;
  if (!isIso && operand.year === undefined) refuse("$dateFromParts requires either 'year' or 'isoWeekYear' to be present");
  for (const name of [...CIVIL.slice(0, 3), ...ISO.slice(0, 3)]) {
    if (operand[name] !== undefined && !names.includes(name)) refuse(`$dateFromParts does not allow mixing natural dates with ISO dates, but has ${name}`);
  }
  if (Object.keys(operand).some((name) => isMissing(values[name]))) return null;
  const [year, month = 1, day = 1, ...time] = names.map((name) => {
    if (values[name] !== undefined && !Number.isInteger(values[name])) refuse(`'${name}' must evaluate to an integer, found ${typeName(values[name])} with value ${JSON.stringify(values[name])}`);
    return values[name];
  });
  if (year < 1 || year > 9999) refuse(`'${names[0]}' must evaluate to an integer in the range 1 to 9999, found ${year}`);
  if (!isIso) return fromLocal(timeOf(year, month, day, ...time), values.timezone);
  const fourth = new Date(timeOf(year, 1, 4)); // is always in the first week
  return fromLocal(timeOf(year, 1, 4 - PARTS.isoDayOfWeek(fourth) + (month - 1) * 7 + day, ...time), values.timezone);
}

function toParts({ date, timezone, iso8601 = false }) {
  if (isMissing(date)) return null;
  checkDate(date);
  const local = localOf(date, timezone);
  return Object.fromEntries((iso8601 ? ISO : CIVIL).map((name) => [name, PARTS[name === 'day' ? 'dayOfMonth' : name](local)]));
}

module.exports = {
  ...Object.fromEntries(Object.entries(PARTS).map(([name, read]) => [`$${name}`, part(`$${name}`, read)])),
  $dateFromParts: naming('$dateFromParts', [], [...CIVIL, ...ISO, 'timezone'], fromParts),
  $dateFromString: naming('$dateFromString', ['dateString'], ['format', 'timezone', 'onNull', 'onError'], fromText),
  $dateToParts: naming('$dateToParts', ['date'], ['timezone', 'iso8601'], toParts),
  $dateToString: naming('$dateToString', ['date'], ['format', 'timezone', 'onNull'], toText),
};

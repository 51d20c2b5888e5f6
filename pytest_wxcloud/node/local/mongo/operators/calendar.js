'use strict';
// Dates as a calendar shows them, in a time zone: an offset like +08:00 or a name like Asia/Shanghai.

const { refuse, unserved } = require('../failing');
const { typeName } = require('../values');

const DAY = 86400000;
const OFFSET = /^([+-])(\d{2})(?::?(\d{2}))?$/;
const formats = new Map(); // time zone → Intl.DateTimeFormat

function formatOf(timezone) {
  if (!formats.has(timezone)) {
    const all = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' };
    try {
      formats.set(timezone, new Intl.DateTimeFormat('en-US', { timeZone: timezone, hourCycle: 'h23', ...all }));
    } catch {
      refuse(`unrecognized time zone identifier: "${timezone}"`);
    }
  }
  return formats.get(timezone);
}

// Milliseconds to add to UTC at that instant.
function offsetAt(time, timezone) {
  if (timezone === undefined || timezone === 'Z' || timezone === 'UTC' || timezone === 'GMT') return 0;
  if (typeof timezone !== 'string') refuse(`timezone must evaluate to a string, found ${typeName(timezone)}`);
  const offset = OFFSET.exec(timezone);
  if (offset !== null) return (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3] || 0)) * 60000;
  const shown = {};
  for (const { type, value } of formatOf(timezone).formatToParts(time)) shown[type] = Number(value);
  const local = Date.UTC(shown.year, shown.month - 1, shown.day, shown.hour, shown.minute, shown.second);
  return local - Math.floor(time / 1000) * 1000;
}

// A date whose UTC methods tell the local time.
const localOf = (date, timezone) => new Date(date.getTime() + offsetAt(date.getTime(), timezone));

function fromLocal(local, timezone) {
  const guess = local - offsetAt(local, timezone);
  return new Date(local - offsetAt(guess, timezone));
}

// Milliseconds of a local date and time; parts may overflow. `Date.UTC` takes years below 100 for 19xx.
function timeOf(year, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.setUTCHours(hour, minute, second, millisecond);
}

const dayOfYear = (local) => Math.floor((local.getTime() - timeOf(local.getUTCFullYear())) / DAY) + 1;
const isoDay = (local) => local.getUTCDay() || 7;

// The week of a date is that of its Thursday.
const thursday = (local) => new Date(local.getTime() + (4 - isoDay(local)) * DAY);

const PARTS = {
  year: (local) => local.getUTCFullYear(),
  month: (local) => local.getUTCMonth() + 1,
  dayOfMonth: (local) => local.getUTCDate(),
  hour: (local) => local.getUTCHours(),
  minute: (local) => local.getUTCMinutes(),
  second: (local) => local.getUTCSeconds(),
  millisecond: (local) => local.getUTCMilliseconds(),
  dayOfYear,
  dayOfWeek: (local) => local.getUTCDay() + 1,
  week: (local) => Math.floor((dayOfYear(local) + 6 - local.getUTCDay()) / 7),
  isoDayOfWeek: isoDay,
  isoWeek: (local) => Math.floor((dayOfYear(thursday(local)) - 1) / 7) + 1,
  isoWeekYear: (local) => thursday(local).getUTCFullYear(),
};

const DIRECTIVES = {
  Y: ['year', 4], m: ['month', 2], d: ['dayOfMonth', 2], H: ['hour', 2], M: ['minute', 2], S: ['second', 2], L: ['millisecond', 3],
  j: ['dayOfYear', 3], w: ['dayOfWeek', 1], U: ['week', 2], u: ['isoDayOfWeek', 1], V: ['isoWeek', 2], G: ['isoWeekYear', 4],
};

const padded = (number, width) => String(number).padStart(width, '0');

function shownOffset(minutes) {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${padded(Math.floor(size / 60), 2)}${padded(size % 60, 2)}`;
}

function format(date, pattern, timezone) {
  const local = localOf(date, timezone);
  const minutes = offsetAt(date.getTime(), timezone) / 60000;
  return pattern.replace(/%([\s\S]?)/g, (_, letter) => {
    if (letter === '%') return '%';
    if (letter === 'z') return shownOffset(minutes);
    if (letter === 'Z') return String(minutes);
    if (!Object.hasOwn(DIRECTIVES, letter)) refuse(`Invalid format character '%${letter}' in format string`);
    const [part, width] = DIRECTIVES[letter];
    return padded(PARTS[part](local), width);
  });
}

const ISO = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i;

// A date from ISO 8601 text, with a zone in it or beside it. MongoDB reads other forms, too.
function parseDate(text, timezone) {
  const found = ISO.exec(text);
  if (found === null) return Number.isNaN(Date.parse(text)) || !/\d{4}/.test(text) ? refuse(`Error parsing date string '${text}'`) : unserved(`$dateFromString of '${text}'`);
  const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = '', zone] = found;
  if (zone !== undefined && timezone !== undefined) refuse(`you cannot pass in a date/time string with time zone information ('${zone}') together with a timezone argument`);
  const millisecond = Number(fraction.slice(0, 3).padEnd(3, '0'));
  return checked(text, [year, month, day, hour, minute, second, millisecond].map(Number), zone === undefined ? timezone : zone.toUpperCase());
}

function checked(text, [year, month, day, hour, minute, second, millisecond], timezone) {
  const local = timeOf(year, month, day, hour, minute, second, millisecond);
  if (month < 1 || month > 12 || new Date(local).getUTCMonth() !== month - 1 || hour > 23 || minute > 59 || second > 59) refuse(`Error parsing date string '${text}'`);
  return fromLocal(local, timezone);
}

const READ = { Y: '\\d{4}', m: '\\d{1,2}', d: '\\d{1,2}', H: '\\d{1,2}', M: '\\d{1,2}', S: '\\d{1,2}', L: '\\d{1,3}', z: '[+-]\\d{2}:?\\d{2}|Z' };

function parseAs(text, pattern, timezone) {
  const letters = [];
  const source = pattern.replace(/%([\s\S]?)|[^%]/g, (piece, letter) => {
    if (letter === undefined || letter === '%') return (letter || piece).replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
    if (!Object.hasOwn(READ, letter)) {
      if (Object.hasOwn(DIRECTIVES, letter) || letter === 'Z') unserved(`$dateFromString with %${letter}`);
      refuse(`Invalid format character '%${letter}' in format string`);
    }
    letters.push(letter);
    return `(${READ[letter]})`;
  });
  const found = new RegExp(`^${source}$`, 'i').exec(text);
  if (found === null) return refuse(`Error parsing date string '${text}'`);
  const read = Object.fromEntries(letters.map((letter, i) => [letter, found[i + 1]]));
  for (const letter of 'Ymd') if (read[letter] === undefined) refuse(`an incomplete date/time string has been found, with elements missing: "${text}"`);
  return checked(text, [...'YmdHMS'].map((letter) => Number(read[letter] || 0)).concat(Number((read.L || '0').padEnd(3, '0'))), read.z ? read.z.toUpperCase() : timezone);
}

module.exports = { PARTS, format, fromLocal, localOf, offsetAt, parseAs, parseDate, timeOf };

'use strict';
// Strings. Positions count bytes of UTF-8 or code points, as the operator's name says.

const { refuse } = require('../failing');
const { compareStrings, isMissing, typeName } = require('../values');
const { checkString, naming, taking, takingPresent } = require('./arguments');
const { asString } = require('./types');

function concat(...parts) {
  if (parts.some(isMissing)) return null;
  for (const part of parts) if (typeof part !== 'string') refuse(`$concat only supports strings, not ${typeName(part)}`);
  return parts.join('');
}

// Most operators take any scalar for a string, and nothing for an empty one.
function coerced(name, value) {
  if (isMissing(value)) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || value instanceof Date) return asString(value);
  return refuse(`can't convert from BSON type ${typeName(value)} to String`);
}

const bytes = (text) => Buffer.from(text, 'utf8');
const points = (text) => [...text];

function indexIn(name, units) {
  return takingPresent(name, 2, 4, (text, wanted, start = 0, stop = Infinity) => {
    checkString(name, text, 'as the first argument');
    checkString(name, wanted, 'as the second argument');
    for (const bound of [start, stop]) if (bound !== Infinity && !(Number.isInteger(bound) && bound >= 0)) refuse(`${name} requires a nonnegative integral index, found: ${JSON.stringify(bound)}`);
    const [whole, part] = [units(text), units(wanted)];
    for (let at = start; at + part.length <= Math.min(whole.length, stop); at += 1) {
      let same = 0;
      while (same < part.length && whole[at + same] === part[same]) same += 1;
      if (same === part.length) return at;
    }
    return -1;
  });
}

function checkBounds(name, start, count) {
  for (const bound of [start, count]) if (typeof bound !== 'number') refuse(`${name}: starting index and length must be numeric, but are ${typeName(start)} and ${typeName(count)}`);
}

function ofBytes(name) {
  return taking(name, 3, 3, (value, start, count) => {
    checkBounds(name, start, count);
    if (start < 0) refuse(`${name}: starting index must be non-negative (got: ${start})`);
    const text = bytes(coerced(name, value));
    const isInside = (at) => at < text.length && (text[at] & 0xc0) === 0x80;
    const stop = count < 0 ? text.length : start + count;
    if (isInside(start)) refuse(`${name}:  Invalid range, starting index is a UTF-8 continuation byte.`);
    if (isInside(stop)) refuse(`${name}:  Invalid range, ending index is in the middle of a UTF-8 character.`);
    return text.subarray(Math.trunc(start), Math.trunc(stop)).toString('utf8');
  });
}

const ofPoints = taking('$substrCP', 3, 3, (value, start, count) => {
  checkBounds('$substrCP', start, count);
  if (start < 0 || count < 0 || !Number.isInteger(start) || !Number.isInteger(count)) refuse('$substrCP: starting index and length must be nonnegative integers');
  return points(coerced('$substrCP', value)).slice(start, start + count).join('');
});

function split(text, by) {
  if (isMissing(text) || isMissing(by)) return null;
  checkString('$split', text, 'as the first argument');
  checkString('$split', by, 'as the second argument');
  if (by === '') refuse('$split requires a non-empty separator');
  return text.split(by);
}

const BLANK = '\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a';

function trimming(name, atStart, atEnd) {
  return naming(name, ['input'], ['chars'], ({ input, chars }, operand) => {
    if (isMissing(input) || (operand.chars !== undefined && isMissing(chars))) return null;
    checkString(name, input, 'for input');
    if (operand.chars !== undefined) checkString(name, chars, 'for chars');
    const cut = new Set(points(chars === undefined ? BLANK : chars));
    const text = points(input);
    let [from, to] = [0, text.length];
    while (atStart && from < to && cut.has(text[from])) from += 1;
    while (atEnd && to > from && cut.has(text[to - 1])) to -= 1;
    return text.slice(from, to).join('');
  });
}

function patternOf(name, regex, options) {
  if (typeof regex !== 'string' && !(regex instanceof RegExp)) refuse(`${name} needs 'regex' to be of type string or regex`);
  if (options !== undefined && options !== null && /[^imsu]/.test(options)) refuse(`${name} invalid flag in regex options: ${options}`);
  const flags = regex instanceof RegExp && !options ? regex.flags.replace(/[^imsu]/g, '') : options || '';
  return new RegExp(regex instanceof RegExp ? regex.source : regex, `${flags.includes('u') ? flags : `${flags}u`}g`);
}

function matching(name, missing, action) {
  return naming(name, ['input', 'regex'], ['options'], ({ input, regex, options }) => {
    if (isMissing(input) || isMissing(regex)) return missing();
    checkString(name, input, 'for input');
    return action([...input.matchAll(patternOf(name, regex, options))].map((match) => ({
      match: match[0],
      idx: points(input.slice(0, match.index)).length,
      captures: match.slice(1).map((group) => (group === undefined ? null : group)),
    })));
  });
}

function replacing(name, replace) {
  return naming(name, ['input', 'find', 'replacement'], [], (values) => {
    const { input, find, replacement } = values;
    for (const key of Object.keys(values)) if (!isMissing(values[key])) checkString(name, values[key], `for ${key}`);
    if ([input, find, replacement].some(isMissing)) return null;
    return replace(input, find, () => replacement);
  });
}

const lengthIn = (name, units) => taking(name, 1, 1, (text) => {
  checkString(name, text);
  return units(text).length;
});

// Only ASCII letters have cases here, as in MongoDB.
const cased = (name, letters, change) => taking(name, 1, 1, (value) => coerced(name, value).replace(letters, (letter) => letter[change]()));
const upper = (text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase());

module.exports = {
  $concat: taking('$concat', 0, Infinity, concat),
  $indexOfBytes: indexIn('$indexOfBytes', bytes),
  $indexOfCP: indexIn('$indexOfCP', points),
  $split: taking('$split', 2, 2, split),
  $strLenBytes: lengthIn('$strLenBytes', bytes),
  $strLenCP: lengthIn('$strLenCP', points),
  $strcasecmp: taking('$strcasecmp', 2, 2, (one, other) => compareStrings(upper(coerced('$strcasecmp', one)), upper(coerced('$strcasecmp', other)))),
  $substr: ofBytes('$substr'),
  $substrBytes: ofBytes('$substrBytes'),
  $substrCP: ofPoints,
  $toLower: cased('$toLower', /[A-Z]/g, 'toLowerCase'),
  $toUpper: cased('$toUpper', /[a-z]/g, 'toUpperCase'),
  $trim: trimming('$trim', true, true),
  $ltrim: trimming('$ltrim', true, false),
  $rtrim: trimming('$rtrim', false, true),
  $regexMatch: matching('$regexMatch', () => false, (found) => found.length > 0),
  $regexFind: matching('$regexFind', () => null, (found) => found[0] || null),
  $regexFindAll: matching('$regexFindAll', () => [], (found) => found),
  $replaceOne: replacing('$replaceOne', (text, find, by) => text.replace(find, by)),
  $replaceAll: replacing('$replaceAll', (text, find, by) => text.replaceAll(find, by)),
};

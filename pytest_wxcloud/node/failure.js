'use strict';
// What a function threw, as plain data.

const { types } = require('util');
const { parse, stringify } = require('./originals');

const NATIVE = [TypeError, ReferenceError, SyntaxError, RangeError, URIError, EvalError].map((type) => type.prototype);
const { getPrototypeOf } = Object;
const RealError = Error;
const asString = String;

const UNSHOWN = 'a value that cannot be shown';

function text(value) {
  try { return asString(value); } catch { return UNSHOWN; }
}

// A property of something that may answer with another error.
function ask(thrown, property, read, otherwise) {
  try { return read(thrown[property]); } catch { return otherwise; }
}

// The function's own frames: neither the worker's nor Node's.
function ownStack(stack) {
  return asString(stack).split('\n').filter((line) => !/^ +at /.test(line) || !(line.includes(__dirname) || /[ (]node:/.test(line))).join('\n');
}

function isNative(thrown) {
  const prototype = getPrototypeOf(thrown);
  for (let i = 0; i < NATIVE.length; i += 1) if (NATIVE[i] === prototype) return true;
  return false;
}

function plain(value) {
  try { const json = stringify(value); return json === undefined ? text(value) : parse(json); } catch { return text(value); }
}

// A property that is not there is null, and not the text "undefined".
const held = (value) => (value === undefined ? null : plain(value));

// `how` says in which way the invocation failed: thrown, uncaught, never_settled, unserializable,
// too_large, load. Without a prototype, so that nobody's `toJSON` is asked about it.
function describe(how, thrown) {
  try {
    if (thrown instanceof RealError || types.isNativeError(thrown)) {
      return {
        __proto__: null,
        how,
        name: ask(thrown, 'name', text, UNSHOWN),
        message: ask(thrown, 'message', text, UNSHOWN),
        stack: ask(thrown, 'stack', ownStack, ''),
        native: isNative(thrown),
        code: ask(thrown, 'code', held, null),
        errCode: ask(thrown, 'errCode', held, null),
        value: null,
      };
    }
  } catch { /* not even its prototype is told: fall through */ }
  const value = plain(thrown);
  const message = typeof value === 'string' ? value : stringify(value);
  return { __proto__: null, how, name: '', message, stack: '', native: false, code: null, errCode: null, value };
}

module.exports = { describe };

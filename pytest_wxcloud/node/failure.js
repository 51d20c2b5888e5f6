'use strict';
// What a function threw, as plain data.

const NATIVE = [TypeError, ReferenceError, SyntaxError, RangeError, URIError, EvalError].map((type) => type.prototype);
const { getPrototypeOf } = Object;
const { stringify } = JSON;

function text(value) {
  try { return String(value); } catch { return 'a value that cannot be shown'; }
}

// The function's own frames: neither the worker's nor Node's.
function ownStack(stack) {
  return text(stack).split('\n').filter((line) => !/^ +at /.test(line) || !(line.includes(__dirname) || /[ (]node:/.test(line))).join('\n');
}

function plain(value) {
  try { const json = stringify(value); return json === undefined ? text(value) : JSON.parse(json); } catch { return text(value); }
}

// `how` says in which way the invocation failed: thrown, uncaught, never_settled, unserializable,
// too_large, load.
function describe(how, thrown) {
  try {
    if (thrown instanceof Error) {
      return {
        how,
        name: text(thrown.name),
        message: text(thrown.message),
        stack: ownStack(thrown.stack),
        native: NATIVE.includes(getPrototypeOf(thrown)),
        code: plain(thrown.code),
        errCode: plain(thrown.errCode),
        value: null,
      };
    }
  } catch { /* a getter that throws: fall through */ }
  const value = plain(thrown);
  return { how, name: '', message: typeof value === 'string' ? value : stringify(value), stack: '', native: false, code: null, errCode: null, value };
}

module.exports = { describe };

'use strict';
// Which invocation is running, and what is its own: environment, output, blocked attempts.
// AsyncLocalStorage follows every await, timer and callback, so overlapping calls never see each other.

const { AsyncLocalStorage } = require('async_hooks');

const OUTPUT_LIMIT = 64 * 1024; // characters kept of one invocation's console output
const WINDOWS = process.platform === 'win32';

const running = new AsyncLocalStorage();
const current = () => running.getStore();

const base = Object.assign(Object.create(null), process.env);

class Invocation {
  // `variables` maps a name to its value, null for one that must not be set.
  constructor(instance, variables) {
    this.instance = instance;
    this.environment = Object.create(instance.environment);
    for (const name in variables) {
      this.environment[name] = variables[name] === null ? undefined : variables[name];
    }
    this.output = [];
    this.outputLeft = OUTPUT_LIMIT;
    this.blocked = [];
    this.over = false;
  }

  write(stream, text) {
    if (this.outputLeft <= 0) return;
    const kept = text.length > this.outputLeft ? text.slice(0, this.outputLeft) + '\n… output cut here\n' : text;
    this.outputLeft -= text.length;
    this.output[this.output.length] = [stream, kept];
  }

  run(action) {
    return running.run(this, action);
  }
}

// process.env, seen by each invocation as its own. What a function sets itself stays with its
// instance, as it does on the platform.
const key = WINDOWS ? (name) => name.toUpperCase() : (name) => name;
const layer = () => { const now = current(); return now === undefined ? base : now.environment; };
const own = Object.prototype.hasOwnProperty;

const environment = new Proxy({}, {
  get(_, name) {
    if (typeof name === 'symbol') return undefined;
    const value = layer()[key(name)];
    return value === undefined ? Object.prototype[name] : value;
  },
  has(_, name) {
    return typeof name === 'string' && (layer()[key(name)] !== undefined || name in Object.prototype);
  },
  set(_, name, value) {
    if (typeof name === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string');
    const now = current();
    const name_ = key(name);
    const target = now === undefined ? base : own.call(now.environment, name_) ? now.environment : now.instance.environment;
    target[name_] = String(value);
    return true;
  },
  defineProperty(_, name, descriptor) {
    environment[name] = descriptor.value;
    return true;
  },
  deleteProperty(_, name) {
    if (typeof name === 'symbol') return true;
    const now = current();
    const name_ = key(name);
    if (now === undefined) delete base[name_];
    else (own.call(now.environment, name_) ? now.environment : now.instance.environment)[name_] = undefined;
    return true;
  },
  ownKeys() {
    const names = [];
    const values = layer();
    for (const name in values) if (values[name] !== undefined) names[names.length] = name;
    return names;
  },
  getOwnPropertyDescriptor(_, name) {
    const value = typeof name === 'string' ? layer()[key(name)] : undefined;
    return value === undefined ? undefined : { value, writable: true, enumerable: true, configurable: true };
  },
});

function install() {
  if (WINDOWS) for (const name of Object.keys(base)) { const value = base[name]; delete base[name]; base[key(name)] = value; }
  Object.defineProperty(process, 'env', { value: environment, writable: true, enumerable: true, configurable: true });
  for (const name of ['stdout', 'stderr']) {
    const stream = process[name];
    const write = stream.write;
    stream.write = function (chunk, encoding, callback) {
      const now = current();
      if (now === undefined) return write.apply(stream, arguments);
      now.write(name, typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
      const done = typeof encoding === 'function' ? encoding : callback;
      if (typeof done === 'function') process.nextTick(done);
      return true;
    };
  }
}

module.exports = { Invocation, base, current, install };

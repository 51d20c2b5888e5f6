'use strict';
// Which invocation is running, and what is its own: environment, output, blocked attempts.
// AsyncLocalStorage follows every await, timer and callback, so overlapping calls never see each other.

const { AsyncLocalStorage } = require('async_hooks');
const { apply, create, hasOwn, quote, slice } = require('./originals');

const OUTPUT_LIMIT = 64 * 1024; // characters kept of one invocation's console output
const WINDOWS = process.platform === 'win32';

const running = new AsyncLocalStorage();

// The invocation that the running code was started by, also when that has answered since.
const current = () => running.getStore();

// The one that it works for: what an earlier call or the module's own code left running (a queue, a
// timer) serves the call of the same instance that is under way now, as it does on the platform, where
// the environment is the process's. Of several under way nobody can tell which.
const served = () => {
  const now = running.getStore();
  return now === undefined || !now.over || now.instance.only === undefined ? now : now.instance.only;
};

const realEnvironment = process.env;
const base = Object.assign(Object.create(null), realEnvironment);
const keys = Object.keys;
const asString = String;

class Invocation {
  // `variables` maps a name to its value, null for one that must not be set; `origin` names the test.
  // `number` is by what the harness knows it; there is none for the module's own code.
  constructor(instance, variables, origin = '', number = undefined) {
    this.instance = instance;
    this.number = number;
    this.origin = origin;
    this.environment = create(instance.environment);
    for (const name in variables) {
      this.environment[name] = variables[name] === null ? undefined : variables[name];
    }
    this.output = []; // JSON of [stream, text]
    this.outputLeft = OUTPUT_LIMIT;
    this.blocked = []; // JSON of {what, address}
    this.over = false;
    this.hosts = undefined; // those that the test answers for
  }

  write(stream, text) {
    if (this.outputLeft <= 0) return;
    const kept = text.length > this.outputLeft ? slice(text, 0, this.outputLeft) + '\n… output cut here\n' : text;
    this.outputLeft -= text.length;
    this.output[this.output.length] = '["' + stream + '",' + quote(kept) + ']';
  }

  run(action) {
    return running.run(this, action);
  }
}

// process.env, seen by each invocation as its own. What a function sets itself stays with its
// instance, as it does on the platform.
const key = WINDOWS ? (name) => name.toUpperCase() : (name) => name;
const layer = () => { const now = served(); return now === undefined ? base : now.environment; };

// Where a variable is written: with its caller if it came with the caller.
function place(name) {
  const now = served();
  if (now === undefined) return base;
  return hasOwn(now.environment, name) ? now.environment : now.instance.environment;
}

// The time zone is the process's, so the variable of the instance that runs is put in place.
let zone = base.TZ;
function setZone(wanted) {
  if (wanted === zone) return;
  zone = wanted;
  if (wanted === undefined) delete realEnvironment.TZ;
  else realEnvironment.TZ = wanted;
}

function change(name, value) {
  place(name)[name] = value;
  if (name === 'TZ') setZone(value);
}

// A printed proxy shows its target, so that shows the environment.
const shown = Object.defineProperty({}, Symbol.for('nodejs.util.inspect.custom'), { value: () => ({ ...environment }), configurable: true });
const environment = new Proxy(shown, {
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
    change(key(name), asString(value));
    return true;
  },
  defineProperty(_, name, descriptor) {
    environment[name] = descriptor.value;
    return true;
  },
  deleteProperty(_, name) {
    if (typeof name === 'string') change(key(name), undefined);
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

// `process.env = {…}`, which some code does, must not take the identities of others away.
function replaceAll(values) {
  if (values === environment || typeof values !== 'object' || values === null) return;
  const before = keys(environment);
  const after = keys(values);
  for (let i = 0; i < before.length; i += 1) if (!hasOwn(values, before[i])) delete environment[before[i]];
  for (let i = 0; i < after.length; i += 1) environment[after[i]] = values[after[i]];
}

function install() {
  if (WINDOWS) for (const name of Object.keys(base)) { const value = base[name]; delete base[name]; base[key(name)] = value; }
  Object.defineProperty(process, 'env', { get: () => environment, set: replaceAll, enumerable: true, configurable: false });
  for (const name of ['stdout', 'stderr']) {
    const stream = process[name];
    const write = stream.write;
    stream.write = function (chunk, encoding, callback) {
      const now = served();
      if (now === undefined || now.over) return apply(write, stream, arguments);
      now.write(name, typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
      const done = typeof encoding === 'function' ? encoding : callback;
      if (typeof done === 'function') process.nextTick(done);
      return true;
    };
  }
}

module.exports = { Invocation, base, current, install, served, setZone };

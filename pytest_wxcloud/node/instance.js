'use strict';
// One loaded cloud function: its own module registry, its own environment, its own globals.

const Module = require('module');
const path = require('path');
const { Invocation, base, current } = require('./invocation');
const intrinsics = require('./intrinsics');

const hostModules = Module._cache;

// Node reads Module._cache at each require, so a getter gives every instance a registry of its own:
// two functions that share an SDK on disk still have two SDKs in memory, as on the platform.
function install() {
  Object.defineProperty(Module, '_cache', {
    configurable: true,
    get() { const now = current(); return now === undefined ? hostModules : now.instance.modules; },
    set() {},
  });
}

let inside = null; // the instance whose changes to the language's objects are in place

class Instance {
  constructor(folder) {
    this.folder = folder;
    this.modules = Object.create(null);
    this.environment = Object.create(base);
    this.worn = [];
    this.main = undefined;
  }

  enter() {
    if (inside !== this) {
      if (inside !== null) inside.worn = intrinsics.takeOff();
      intrinsics.putOn(this.worn);
      inside = this;
    }
    if (process.cwd() !== this.folder) process.chdir(this.folder);
  }

  // Loads the function; throws what its own code throws. `variables` is the platform's part of the
  // environment: while a function loads there is no caller yet.
  load(entry, handler, variables) {
    this.enter();
    const loading = new Invocation(this, variables);
    const file = path.join(this.folder, entry);
    const exported = loading.run(() => Module._load(file, null, false));
    this.main = exported === null || exported === undefined ? undefined : exported[handler];
    return { output: loading.output, blocked: loading.blocked, exported: typeof this.main === 'function' };
  }
}

module.exports = { Instance, install };

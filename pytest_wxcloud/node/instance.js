'use strict';
// One loaded cloud function: its own module registry, its own environment, its own globals.

const Module = require('module');
const path = require('path');
const { types } = require('util');
const { Invocation, base, current, setZone } = require('./invocation');
const intrinsics = require('./intrinsics');
const { indexOf } = require('./originals');

const hostModules = Module._cache;
const packages = `${path.sep}node_modules${path.sep}`;
const cwd = process.cwd;
const chdir = process.chdir;

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
  constructor(name, folder) {
    this.name = name;
    this.folder = folder;
    this.place = folder; // as the system calls it, which may differ by a symbolic link
    this.modules = Object.create(null);
    this.environment = Object.create(base);
    this.worn = null;
    this.main = undefined;
    this.underway = 0; // invocations
    this.only = undefined; // the invocation under way, if it is surely the only one
    this.loading = null; // the invocation of its module code
  }

  begin(invocation) {
    this.underway += 1;
    this.only = this.underway === 1 ? invocation : undefined;
    const { loading } = this;
    if (loading.output.length > 0 || loading.blocked.length > 0) { // told with its first call
      invocation.output = loading.output;
      invocation.blocked = loading.blocked;
      loading.output = [];
      loading.blocked = [];
    }
  }

  end() {
    this.underway -= 1;
    this.only = undefined;
  }

  // Puts in place what is the instance's own and the process has only one of.
  enter() {
    if (inside !== this) {
      if (inside !== null) inside.worn = intrinsics.takeOff();
      inside = this;
      if (this.worn !== null) intrinsics.putOn(this.worn);
      setZone(this.environment.TZ);
    }
    if (cwd() !== this.place) {
      chdir(this.folder);
      this.place = cwd();
    }
  }

  // Has the function's own modules loaded anew; packages, which are slow to load, stay.
  forget() {
    for (const file in this.modules) {
      if (indexOf(file, packages) === -1) delete this.modules[file];
    }
    this.environment = Object.create(base);
  }

  // Loads the function; throws what its own code throws. `variables` is the platform's part of the
  // environment: while a function loads there is no caller yet.
  load(entry, handler, variables) {
    this.enter();
    const loading = this.loading = new Invocation(this, variables);
    try {
      const exported = loading.run(() => Module._load(path.join(this.folder, entry), null, false));
      if (types.isModuleNamespaceObject(exported)) {
        throw new SyntaxError("'import' and 'export' are for ES modules"); // newer versions of Node load it
      }
      this.main = exported === null || exported === undefined ? undefined : exported[handler];
    } finally {
      loading.over = true; // what it left running works for the calls to come
    }
  }
}

module.exports = { Instance, install };

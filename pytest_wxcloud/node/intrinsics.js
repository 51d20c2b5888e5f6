'use strict';
// The language's and Node's own objects are shared by all functions in this process, on the platform
// they are not. What one function does to them is taken off before another runs, and put back for its
// next call.

const Module = require('module');
const { create, indexOf, mapGet, mapHas, mapSet, weakSetHas } = require('./originals');

const { defineProperty, getOwnPropertyDescriptor, is } = Object;
const { deleteProperty, ownKeys } = Reflect;
const { isArray } = Array;
const { keyFor } = Symbol;

const { EventEmitter } = require('events');

// What code extends or replaces parts of: polyfills, helpers on prototypes, watchers of requests, of file
// access and of module loading. Looking at one costs about a microsecond at each change of function.
const classes = [
  Object, Function, Array, String, Number, Boolean, Symbol, BigInt, RegExp, Date, Error, TypeError, Promise,
  Map, Set, WeakMap, Buffer, URL, URLSearchParams, EventEmitter, Module,
];
const modules = ['fs', 'http', 'https', 'path', 'timers', 'url', 'util'].map((name) => require(name));
const shared = () => [
  globalThis, JSON, Math, Reflect, Intl, console, Module._extensions, ...modules, ...classes, ...classes.map((one) => one.prototype),
];

const entries = []; // what is watched, and how it was
let listeners = null; // those of process, when no function had added any
const watched = new WeakSet();

// Only `keys` are watched when they are given: Node keeps state of its own beside them.
function watch(object, keys) {
  const entry = { object, whole: keys === undefined, names: [], values: [], count: ownKeys(object).length, descriptors: new Map() };
  for (const key of keys || ownKeys(object)) {
    const was = getOwnPropertyDescriptor(object, key);
    entry.descriptors.set(key, was);
    if ('value' in was) { entry.names.push(key); entry.values.push(was.value); }
  }
  return entry;
}

function remember() {
  keepOpen();
  for (const object of shared()) {
    entries.push(watch(object));
    watched.add(object);
  }
  entries.push(watch(process, ownKeys(process).filter((key) => typeof process[key] === 'function')));
  for (const stream of [process.stdout, process.stderr]) entries.push(watch(stream, ['write']));
  listeners = copyListeners(process._events);
}

// From here on: index loops and originals only. What the last function broke is still broken.

function isTouched({ object, whole, names, values, count }) {
  try {
    if (whole && ownKeys(object).length !== count) return true;
    for (let i = 0; i < names.length; i += 1) {
      const value = object[names[i]];
      if (value !== values[i] && !is(value, values[i])) return true;
    }
    return false;
  } catch {
    return true; // a getter of the function's own
  }
}

// What Node's own fetch keeps on the global object, from the first time it is used.
function isNodes(symbol) {
  const name = keyFor(symbol);
  return name !== undefined && indexOf(name, 'undici.') === 0;
}

// A property that was an accessor is left alone: Node replaces several of its own when they are read.
function takeOffOne(entry, worn) {
  const { object, whole, names, descriptors } = entry;
  const keys = whole ? ownKeys(object) : names;
  for (let k = 0; k < keys.length; k += 1) {
    const key = keys[k];
    const was = mapHas(descriptors, key) ? mapGet(descriptors, key) : undefined;
    const now = getOwnPropertyDescriptor(object, key);
    if (now === undefined || (was !== undefined && !('value' in was))) continue;
    if (was !== undefined && 'value' in now && is(now.value, was.value)) continue;
    if ((!now.configurable && !(was !== undefined && now.writable)) || (typeof key === 'symbol' && isNodes(key))) {
      if (was === undefined) { // it stays, so it is looked for from now on
        mapSet(descriptors, key, now);
        entry.count += 1;
      }
      continue;
    }
    worn[worn.length] = { object, key, now };
    if (was !== undefined) defineProperty(object, key, was);
    else deleteProperty(object, key);
  }
  for (let k = 0; k < names.length; k += 1) {
    if (getOwnPropertyDescriptor(object, names[k]) !== undefined) continue;
    worn[worn.length] = { object, key: names[k], now: undefined };
    defineProperty(object, names[k], mapGet(descriptors, names[k]));
  }
}

function copyListeners(events) {
  const copy = create(null);
  const names = ownKeys(events);
  for (let n = 0; n < names.length; n += 1) {
    const found = events[names[n]];
    copy[names[n]] = found;
    if (isArray(found)) {
      copy[names[n]] = [];
      for (let i = 0; i < found.length; i += 1) copy[names[n]][i] = found[i];
    }
  }
  return copy;
}

function setListeners(events) {
  process._events = copyListeners(events);
  process._eventsCount = ownKeys(events).length;
}

// Back to the pristine state; answers what `putOn` needs.
function takeOff() {
  const worn = [];
  for (let i = 0; i < entries.length; i += 1) if (isTouched(entries[i])) takeOffOne(entries[i], worn);
  const mine = copyListeners(process._events);
  setListeners(listeners);
  return { worn, listeners: mine };
}

function putOn({ worn, listeners: mine }) {
  for (let i = 0; i < worn.length; i += 1) {
    const { object, key, now } = worn[i];
    if (now === undefined) deleteProperty(object, key);
    else defineProperty(object, key, now);
  }
  setListeners(mine);
}

// What is watched stays open to change, or it could not be undone: freezing it does nothing, and what
// is defined on it is configurable.
function keepOpen() {
  const OPEN = { configurable: { value: true } };
  const open = (target, key, descriptor) => {
    if (!weakSetHas(watched, target) || typeof descriptor !== 'object' || descriptor === null) return descriptor;
    const now = getOwnPropertyDescriptor(target, key);
    return now !== undefined && !now.configurable ? descriptor : create(descriptor, OPEN);
  };
  const replace = (owner, name, make) => {
    const replacement = make(owner[name]);
    defineProperty(replacement, 'name', { value: name });
    owner[name] = replacement;
  };
  for (const owner of [Object, Reflect]) {
    replace(owner, 'defineProperty', (real) => (target, key, descriptor) => real(target, key, open(target, key, descriptor)));
    replace(owner, 'preventExtensions', (real) => (target) => (weakSetHas(watched, target) ? owner === Reflect || target : real(target)));
  }
  for (const name of ['freeze', 'seal']) {
    replace(Object, name, (real) => (target) => (weakSetHas(watched, target) ? target : real(target)));
  }
  replace(Object, 'defineProperties', (real) => (target, properties) => {
    if (!weakSetHas(watched, target)) return real(target, properties);
    for (const key of ownKeys(properties)) Object.defineProperty(target, key, properties[key]);
    return target;
  });
}

module.exports = { putOn, remember, takeOff };

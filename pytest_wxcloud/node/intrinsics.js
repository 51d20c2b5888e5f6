'use strict';
// The language's own objects are shared by all functions in this process, on the platform they are
// not. What one function does to them is taken off before another runs, and put back for its next call.

const OBJECTS = [
  globalThis, JSON, Math, Reflect, console,
  Object, Function, Array, String, Number, Boolean, Symbol, BigInt, RegExp, Error, Promise, Map, Set, Buffer,
].flatMap((value) => (typeof value === 'function' ? [value, value.prototype] : [value]));

const { getOwnPropertyDescriptor, defineProperty, is } = Object;
const { ownKeys, deleteProperty } = Reflect;
const MapOf = Map;
const has = Map.prototype.has;
const get = Map.prototype.get;

let pristine = null; // one Map of key → descriptor for each of OBJECTS

function describe(object) {
  const descriptors = new MapOf();
  for (const key of ownKeys(object)) descriptors.set(key, getOwnPropertyDescriptor(object, key));
  return descriptors;
}

function remember() {
  pristine = OBJECTS.map(describe);
}

// Take off whatever differs from the pristine state; answers the list that `putOn` needs. A property
// that was an accessor is left alone: Node replaces several of its own when they are first read.
function takeOff() {
  const worn = [];
  for (let i = 0; i < OBJECTS.length; i += 1) {
    const object = OBJECTS[i];
    const before = pristine[i];
    const keys = ownKeys(object);
    for (let k = 0; k < keys.length; k += 1) {
      const key = keys[k];
      const known = has.call(before, key);
      const was = known ? get.call(before, key) : undefined;
      if (known && !('value' in was)) continue;
      const now = getOwnPropertyDescriptor(object, key);
      if (known && 'value' in now && is(now.value, was.value)) continue;
      if (!now.configurable && !(known && now.writable)) continue;
      worn[worn.length] = { object, key, now };
      if (known) defineProperty(object, key, was);
      else deleteProperty(object, key);
    }
  }
  return worn;
}

function putOn(worn) {
  for (let i = 0; i < worn.length; i += 1) defineProperty(worn[i].object, worn[i].key, worn[i].now);
}

module.exports = { putOn, remember, takeOff };

'use strict';
// The language's own methods, taken before any function can replace them. What runs between two
// functions uses these: a function that breaks `Function.prototype.call` breaks itself only.

const uncurryThis = Function.prototype.bind.bind(Function.prototype.call);

const text = uncurryThis(String.prototype.toString);
const stringify = JSON.stringify;

module.exports = {
  apply: Reflect.apply,
  create: Object.create,
  find: uncurryThis(Array.prototype.find), // which libraries replace by another
  parse: JSON.parse,
  stringify,
  // JSON of a string: no `toJSON` that somebody put on a prototype is asked.
  quote: (string) => stringify(text(string)),
  indexOf: uncurryThis(String.prototype.indexOf),
  slice: uncurryThis(String.prototype.slice),
  hasOwn: uncurryThis(Object.prototype.hasOwnProperty),
  mapGet: uncurryThis(Map.prototype.get),
  mapHas: uncurryThis(Map.prototype.has),
  mapSet: uncurryThis(Map.prototype.set),
  mapDelete: uncurryThis(Map.prototype.delete),
  promiseThen: uncurryThis(Promise.prototype.then),
  setAdd: uncurryThis(Set.prototype.add),
  setDelete: uncurryThis(Set.prototype.delete),
  setForEach: uncurryThis(Set.prototype.forEach),
  weakSetHas: uncurryThis(WeakSet.prototype.has),
};

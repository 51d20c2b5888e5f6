'use strict';
// The places in a document that update operators write to: an object or array, and the name in it.

const { refuse, unserved } = require('./failing');
const { compile } = require('./matching');
const { isIndex } = require('./paths');
const { field, isDocument, setField, shown } = require('./values');

const LARGEST_GAP = 1500000; // entries that an array may grow by (MongoDB's limit)

class Place {
  constructor(holder, name) {
    this.holder = holder;
    this.name = name;
  }

  get value() { return Array.isArray(this.holder) ? this.holder[this.name] : field(this.holder, this.name); }

  set(value) {
    if (!Array.isArray(this.holder)) return setField(this.holder, this.name, value);
    const at = Number(this.name);
    if (at - this.holder.length > LARGEST_GAP) refuse(`can't backfill more than ${LARGEST_GAP} elements`);
    while (this.holder.length < at) this.holder.push(null);
    this.holder[at] = value;
    return undefined;
  }

  unset() {
    if (this.value === undefined) return;
    if (Array.isArray(this.holder)) this.holder[this.name] = null;
    else delete this.holder[this.name];
  }
}

const canHold = (holder, name) => isDocument(holder) || (Array.isArray(holder) && isIndex(name));

// The place of `parts` in `document`, with objects made on the way; undefined when `make` is false and
// the way is not there.
function placeOf(document, parts, make) {
  let holder = document;
  for (let i = 0; ; i += 1) {
    if (!canHold(holder, parts[i])) {
      if (!make) return undefined;
      refuse(`Cannot create field '${parts[i]}' in element {${parts[i - 1]}: ${shown(holder)}}`);
    }
    const place = new Place(holder, parts[i]);
    if (i === parts.length - 1) return place;
    if (place.value === undefined) {
      if (!make) return undefined;
      place.set({});
    }
    holder = place.value;
  }
}

// The paths that `path` stands for: `$[]` is each entry of an array, `$` the one that the query selected.
function pathsFor(document, path, query, context) {
  const parts = path.split('.');
  if (parts.includes('')) refuse(`The update path '${path}' contains an empty field name, which is not allowed.`);
  const at = parts.findIndex((part) => part[0] === '$');
  if (at === -1) return [parts];
  if (at === 0) refuse(`Cannot have positional (i.e. '$') element in the first position in path '${path}'`);
  if (parts[at] !== '$' && parts[at] !== '$[]') unserved(`${parts[at]} in an update path`);
  const before = parts.slice(0, at);
  const place = placeOf(document, before, false);
  const array = place && place.value;
  if (!Array.isArray(array)) refuse(`The path '${before.join('.')}' must exist in the document in order to apply array updates.`);
  const indexes = parts[at] === '$' ? [selectedIn(array, before.join('.'), query, context)] : array.map((_, i) => i);
  return indexes.flatMap((index) => pathsFor(document, [...before, index, ...parts.slice(at + 1)].join('.'), query, context));
}

// The index of the first entry that meets the query's condition on the array.
function selectedIn(array, path, query, context) {
  const names = Object.keys(query).filter((name) => name === path || name.startsWith(`${path}.`));
  if (names.length === 0) {
    if (Object.keys(query).some((name) => name[0] === '$')) unserved('$ in an update path, with a query that tells its array inside $and or $or');
    refuse('The positional operator did not find the match needed from the query.');
  }
  if (names.length > 1) unserved('$ in an update path, with a query of several conditions on its array');
  const [name] = names;
  const matches = compile({ [name === path ? 'array' : `array${name.slice(path.length)}`]: query[name] }, context);
  const index = array.findIndex((entry) => matches({ array: [entry] }));
  if (index === -1) refuse('The positional operator did not find the match needed from the query.');
  return index;
}

module.exports = { pathsFor, placeOf };

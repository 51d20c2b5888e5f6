'use strict';
// The local database. Documents are never changed in place: a write replaces a document, and a
// collection that a snapshot holds is copied before the first write to it. So a snapshot costs one
// entry a collection, and what changed between two of them is found by comparing identities.

const { createHash } = require('crypto');
const { collectionMissing } = require('./failures');
const mongo = require('./mongo');
const { dated } = require('./server_date');

const DEFAULT_LIMIT = 100;
const LARGEST_LIMIT = 1000;

class Database {
  // `journal` is told each change, `clock()` tells the time.
  constructor(journal, clock) {
    this.journal = journal;
    this.clock = clock;
    this.collections = new Map(); // name → Map of _id → document
    this.held = new WeakSet(); // the Maps that a snapshot holds
    this.made = 0; // ids made so far
    this.complete = false; // whether every collection is there, empty until something is put into it
  }

  snapshot() {
    for (const documents of this.collections.values()) this.held.add(documents);
    return { collections: new Map(this.collections), made: this.made, complete: this.complete };
  }

  restore({ collections, made, complete }) {
    this.collections = new Map(collections);
    this.made = made;
    this.complete = complete;
  }

  becomeComplete() {
    this.complete = true;
    this.journal.add('complete');
    return true;
  }

  create(name) {
    if (this.collections.has(name)) return false;
    this.collections.set(name, new Map());
    this.journal.add('create', name);
    return true;
  }

  has(name) { return this.collections.has(name); }

  reading(name) {
    if (this.complete) this.create(name);
    const documents = this.collections.get(name);
    if (documents === undefined) throw collectionMissing(name);
    return documents;
  }

  writing(name) {
    let documents = this.reading(name);
    if (this.held.has(documents)) {
      documents = new Map(documents);
      this.collections.set(name, documents);
    }
    return documents;
  }

  hold(name, document) {
    this.writing(name).set(keyOf(document._id), document);
  }

  put(name, document) {
    this.hold(name, document);
    this.journal.add('put', name, document, this.made);
  }

  drop(name, id) {
    this.writing(name).delete(keyOf(id));
    this.journal.add('drop', name, id);
  }

  // 32 hexadecimal digits, as the server makes them; the same ones each time a test runs.
  newId() {
    this.made += 1;
    return createHash('md5').update(`document ${this.made}`).digest('hex');
  }

  insert(name, documents) {
    const now = this.clock();
    const placed = [];
    try {
      for (const given of documents) placed.push(this.place(name, given, now));
    } finally {
      if (placed.length > 0) this.journal.add('insert', name, placed, this.made);
    }
    return placed.map(({ _id }) => _id);
  }

  place(name, given, now) {
    const { _id, ...rest } = dated(given, now);
    const id = _id === undefined ? this.newId() : _id;
    if (Array.isArray(id) || id instanceof RegExp) throw new mongo.Refusal(`The '_id' value cannot be of type ${Array.isArray(id) ? 'array' : 'regex'}`);
    if (this.reading(name).has(keyOf(id))) {
      throw new mongo.Refusal(`E11000 duplicate key error collection: ${name} index: _id_ dup key: { _id: ${JSON.stringify(id)} }`);
    }
    const document = { _id: id, ...rest };
    this.hold(name, document);
    return document;
  }

  // The documents of `name` that `query` selects, in the order of insertion; not more than `most`.
  select(name, query, most = Infinity) {
    const documents = this.reading(name);
    const now = this.clock();
    const byId = typeof query._id === 'string';
    if (byId && Object.keys(query).length === 1) return documents.has(query._id) ? [documents.get(query._id)] : [];
    const matches = mongo.matcher(dated(query, now), now);
    const candidates = byId ? [documents.get(query._id)].filter(Boolean) : documents.values();
    const found = [];
    for (const document of candidates) {
      if (found.length >= most) break;
      if (matches(document)) found.push(document);
    }
    return found;
  }

  find(name, { query, order, offset = 0, limit = DEFAULT_LIMIT, projection, largest = LARGEST_LIMIT }) {
    for (const [name, value] of [['Skip', offset], ['Limit', limit]]) if (value < 0) throw new mongo.Refusal(`${name} value must be non-negative, but received: ${value}`);
    const end = offset + Math.min(limit, largest);
    const isSorted = order !== undefined && Object.keys(order).length > 0;
    const show = projection === undefined || Object.keys(projection).length === 0 ? undefined : mongo.selection(projection, this.clock());
    let found = this.select(name, query, isSorted ? Infinity : end);
    if (isSorted) found = mongo.sorted(found, order);
    found = found.slice(offset, end);
    return show === undefined ? found : found.map(show);
  }

  count(name, query) { return this.select(name, query).length; }

  update(name, query, changes, multi) {
    const now = this.clock();
    const updated = mongo.updater(dated(changes, now), dated(query, now), now);
    const found = this.select(name, query, multi ? Infinity : 1);
    let modified = 0;
    for (const document of found) {
      const after = updated(document);
      if (mongo.equal(document, after)) continue;
      this.put(name, after);
      modified += 1;
    }
    return { matched: found.length, modified };
  }

  replace(name, id, data) {
    const created = !this.reading(name).has(keyOf(id));
    this.put(name, { _id: id, ...dated(data, this.clock()) });
    return created;
  }

  remove(name, query, multi) {
    const gone = this.select(name, query, multi ? Infinity : 1);
    for (const document of gone) this.drop(name, document._id);
    return gone.length;
  }

  aggregate(name, stages) {
    const now = this.clock();
    return mongo.aggregate([...this.reading(name).values()], dated(stages, now), {
      now,
      collection: (other) => (this.has(other) ? [...this.reading(other).values()] : []),
      random: () => parseInt(this.newId().slice(0, 8), 16) / 2 ** 32,
    });
  }
}

// Ids are strings, but a document may be given any other value.
const keyOf = (id) => (typeof id === 'string' ? id : `\u0000${mongo.keyOf(id)}`);

module.exports = { Database, keyOf };

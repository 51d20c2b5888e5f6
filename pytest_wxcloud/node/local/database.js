'use strict';
// The local database. Documents are never changed in place: a write replaces a document, and a
// collection that a snapshot holds is copied before the first write to it. So a snapshot costs one
// entry a collection, and what changed between two of them is found by comparing identities.

const { createHash } = require('crypto');
const { collectionMissing, requestFailed, Unserved } = require('./failures');
const { clone, dated, updated } = require('./updating');

const DEFAULT_LIMIT = 100;
const LARGEST_LIMIT = 1000;
const UNKNOWN_OPERATOR = /(unknown|unsupported|not (registered|found|supported)).*?(\$\w+)|(\$\w+).*?(not (registered|found|supported|configured))/i;

class Database {
  // `journal` is told each change.
  constructor(loadEngine, journal) {
    this.loadEngine = loadEngine;
    this.journal = journal;
    this.collections = new Map(); // name → Map of _id → document
    this.held = new WeakSet(); // the Maps that a snapshot holds
    this.made = 0; // ids made so far
  }

  get engine() {
    const engine = this.loadEngine();
    if (engine === undefined) throw new Unserved('the database, whose engine is not installed (run: pytest-wxcloud install-sdk)');
    return engine;
  }

  snapshot() {
    for (const documents of this.collections.values()) this.held.add(documents);
    return { collections: new Map(this.collections), made: this.made };
  }

  restore({ collections, made }) {
    this.collections = new Map(collections);
    this.made = made;
  }

  create(name) {
    if (this.collections.has(name)) return false;
    this.collections.set(name, new Map());
    this.journal.add('create', name);
    return true;
  }

  has(name) { return this.collections.has(name); }

  reading(name) {
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

  put(name, document) {
    this.writing(name).set(keyOf(document._id), document);
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

  insert(name, documents, now) {
    const ids = [];
    for (const given of documents) {
      const { _id, ...rest } = dated(given, now);
      const id = _id === undefined ? this.newId() : _id;
      if (this.reading(name).has(keyOf(id))) {
        throw requestFailed(`E11000 duplicate key error collection: ${name} index: _id_ dup key: { _id: ${JSON.stringify(id)} }`);
      }
      this.put(name, { _id: id, ...rest });
      ids.push(id);
    }
    return ids;
  }

  // The documents of `name` that `query` selects, in the order of insertion.
  select(name, query) {
    const documents = this.reading(name);
    const byId = typeof query._id === 'string' ? documents.get(keyOf(query._id)) : null;
    if (byId === undefined) return [];
    if (byId !== null && Object.keys(query).length === 1) return [byId];
    const candidates = byId === null ? documents.values() : [byId];
    const found = [];
    this.guarded(() => {
      const filter = this.engine.filter(query);
      for (const document of candidates) if (filter.test(document)) found.push(document);
    });
    return found;
  }

  find(name, { query, order, offset, limit, projection }) {
    let found = this.select(name, query);
    if (order !== undefined && Object.keys(order).length > 0) found = this.pipe(found, [{ $sort: order }]);
    const size = Math.min(limit === undefined ? DEFAULT_LIMIT : limit, LARGEST_LIMIT);
    found = found.slice(offset || 0, (offset || 0) + size);
    if (projection === undefined || Object.keys(projection).length === 0) return found;
    return this.guarded(() => this.engine.find(found, projection));
  }

  count(name, query) { return this.select(name, query).length; }

  update(name, query, changes, multi, now) {
    const found = this.select(name, query);
    let modified = 0;
    for (const document of multi ? found : found.slice(0, 1)) {
      const after = this.guarded(() => updated(this.engine, document, changes, query, now));
      if (this.same(document, after)) continue;
      this.put(name, after);
      modified += 1;
    }
    return { matched: found.length, modified };
  }

  replace(name, id, data, now) {
    const created = !this.reading(name).has(keyOf(id));
    this.put(name, { _id: id, ...dated(data, now) });
    return created;
  }

  remove(name, query, multi) {
    const found = this.select(name, query);
    const gone = multi ? found : found.slice(0, 1);
    for (const document of gone) this.drop(name, document._id);
    return gone.length;
  }

  aggregate(name, stages) {
    return this.pipe([...this.reading(name).values()].map(clone), stages);
  }

  pipe(documents, stages) {
    const collectionResolver = (name) => (this.has(name) ? [...this.reading(name).values()].map(clone) : []);
    return this.guarded(() => this.engine.aggregate(documents, stages, collectionResolver));
  }

  same(one, other) { return this.engine.filter({ d: { $eq: one } }).test({ d: other }); }

  // What the engine does not know is unserved, by name; what it refuses, the real one refuses too.
  guarded(action) {
    try {
      return action();
    } catch (error) {
      if (error.code !== undefined) throw error;
      const unknown = UNKNOWN_OPERATOR.exec(error.message);
      if (unknown !== null) throw new Unserved(`the database operator ${unknown[3] || unknown[4]}`);
      throw requestFailed(error.message);
    }
  }
}

// Ids are strings, but a document may be given any other value.
const keyOf = (id) => (typeof id === 'string' ? id : `\u0000${typeof id} ${JSON.stringify(id)}`);

module.exports = { Database, keyOf };

'use strict';
// The local cloud: one for the process, shared by all functions as the real one is.

const { dirname, join } = require('path');
const { serve } = require('./actions');
const apiHttp = require('./api_http');
const { Contents } = require('./contents');
const { Database } = require('./database');
const { Unserved, asFailure } = require('./failures');
const { Journal } = require('./journal');
const { Storage } = require('./storage');
const storageHttp = require('./storage_http');
const { Transactions } = require('./transactions');

// Whether a snapshot was taken after another, or is that one. Negative ones come first, from -1 downwards.
function isLater(one, number) {
  if (one === 0) return false;
  return one > 0 ? one >= number : number < 0 && one <= number;
}

// A copy of a snapshot, with the changes that lead from one state to another.
function folded({ database, files }, before, now) {
  const collections = new Map(database.collections);
  for (const [name, documents] of now.database.collections) {
    const was = before.database.collections.get(name) || new Map();
    if (documents !== was || !collections.has(name)) collections.set(name, merged(collections.get(name) || new Map(), was, documents));
  }
  return { database: { ...database, collections, made: now.database.made }, files: merged(files, before.files, now.files) };
}

function merged(target, was, is) {
  const result = new Map(target);
  for (const key of was.keys()) if (!is.has(key)) result.delete(key);
  for (const [key, value] of is) if (was.get(key) !== value) result.set(key, value);
  return result;
}

// What a request asks a collection for, as the SDK has written it: one query, or those of an aggregation.
function queriesOf({ collectionName, query, stages }) {
  if (collectionName === undefined) return [];
  const matches = Array.isArray(stages) ? stages.filter(({ stageKey }) => stageKey === '$match').map(({ stageValue }) => stageValue) : [query];
  return matches.map((text) => [collectionName, text === undefined || text === '' ? '{}' : text]);
}

class LocalCloud {
  // `file` is where the journal is kept, the contents of files beside it. `environmentId()` is the environment
  // of the function that runs.
  // `reportUnserved(what)` puts a call that was not served on the record of the invocation that made it,
  // `ask({kind, …})` has the harness do what only it can: run another function, say.
  constructor({ file, now, environmentId, reportUnserved, ask }) {
    this.journal = new Journal(file);
    this.database = new Database(this.journal, now);
    this.transactions = new Transactions();
    this.storage = new Storage(new Contents(join(dirname(file), 'files')), this.journal);
    this.snapshots = new Map([[0, this.present()]]); // 0 is the empty cloud
    this.snapshotsMade = 0;
    this.waysBack = 0; // that were gone
    this.asked = 0; // requests so far
    this.underway = 0; // of which so many have no answer
    this.watched = undefined; // what is asked of the database, while that is watched
    this.now = now;
    this.environmentId = environmentId;
    this.reportUnserved = reportUnserved;
    this.ask = ask;
    this.journal.replay({
      create: (name) => this.database.create(name),
      complete: () => this.database.becomeComplete(),
      put: (name, document, made) => { this.database.made = made; this.database.put(name, document); },
      insert: (name, documents, made) => { this.database.made = made; for (const one of documents) this.database.hold(name, one); },
      drop: (name, id) => this.database.drop(name, id),
      file: (key, digest) => this.storage.set(key, digest),
      unfile: (key) => this.storage.drop(key),
      snapshots: (number) => this.takeSnapshots(number),
      restore: (number, kept, way) => this.backTo(number, kept, way),
      rewind: (number) => this.rewind(number),
      fold: (since, into, own) => this.fold(since, into, own),
      forget: (number) => this.forget(number),
    });
  }

  // Everything as it is now; nothing is copied.
  present() {
    return { database: this.database.snapshot(), files: this.storage.snapshot() };
  }

  // Every snapshot up to a number that is not taken yet is one of the present state.
  takeSnapshots(number) {
    if (number <= this.snapshotsMade) return;
    while (this.snapshotsMade < number) this.snapshots.set(this.snapshotsMade += 1, this.present());
    this.journal.add('snapshots', number);
    this.journal.flush();
  }

  // A snapshot. One of a negative number was taken before there was anything to take: it is the empty cloud,
  // unless something was folded into it since.
  snapshot(number) {
    return this.snapshots.get(number) || (number < 0 ? this.snapshots.get(0) : undefined);
  }

  // Back to a snapshot, which is kept: there is more to try from it.
  rewind(number) {
    const { database, files } = this.snapshot(number);
    this.database.restore(database);
    this.storage.restore(files);
    this.transactions.open.clear();
    this.journal.add('rewind', number);
  }

  // A way back that a message carries. Several may carry the same; it is gone once.
  goBack({ number, snapshot, kept }) {
    if (number <= this.waysBack || this.snapshot(snapshot) === undefined) return;
    this.backTo(snapshot, kept, number);
    this.journal.flush();
  }

  // Back to a snapshot, which is forgotten then, as is every later one that is not to be kept.
  backTo(number, kept = [], way = this.waysBack) {
    this.waysBack = way;
    this.rewind(number);
    for (const one of [...this.snapshots.keys()]) if (isLater(one, number) && !kept.includes(one)) this.snapshots.delete(one);
    this.journal.add('restore', number, kept, way);
    if (this.snapshots.size === 1) {
      this.journal.compact(() => this.entries());
      this.storage.sweep();
    }
    return true;
  }

  // What was done since a snapshot is done to earlier ones too, so that going back to them keeps it. `own` are
  // those that were taken meanwhile by whoever did it: to these it is as if it had come first.
  fold(since, into, own) {
    const [before, now, first] = [this.snapshot(since), this.present(), this.snapshot(into[0])];
    for (const number of into) this.snapshots.set(number, folded(this.snapshot(number), before, now));
    for (const number of own) this.snapshots.set(number, first);
    this.journal.add('fold', since, into, own);
    return true;
  }

  forget(number) {
    this.journal.add('forget', number);
    return this.snapshots.delete(number);
  }

  // The present state, as entries of the journal.
  * entries() {
    if (this.database.complete) yield ['complete'];
    for (const [name, documents] of this.database.collections) {
      yield ['create', name];
      if (documents.size > 0) yield ['insert', name, [...documents.values()], this.database.made];
    }
    for (const [key, digest] of this.storage.files) yield ['file', key, digest];
  }

  // Whether a host is one of the cloud's own, and what it answers to an HTTP request (see storage_http.js).
  serves(host) { return storageHttp.serves(host) || apiHttp.serves(host); }

  async answerHttp(request) {
    try {
      const asked = apiHttp.serves(request.url.hostname) ? apiHttp : storageHttp;
      return await asked.answer(this, request);
    } finally {
      this.journal.flush();
    }
  }

  // Do something for a function, which is not at rest meanwhile.
  async during(work) {
    this.asked += 1;
    this.underway += 1;
    try { return await work(); } finally { this.underway -= 1; }
  }

  // The body of the response to a request of the SDK, JSON or a Buffer; a refusal is a body too.
  async answer(request) {
    this.asked += 1;
    this.underway += 1;
    if (this.watched !== undefined) this.watched.push(...queriesOf(request));
    try {
      const serving = serve(this, request);
      this.journal.flush();
      const served = await serving;
      return Buffer.isBuffer(served) ? served : { requestId: 'local', ...served };
    } catch (error) {
      this.journal.flush();
      const failure = asFailure(error, request.action);
      if (failure instanceof Unserved) this.reportUnserved(failure.what);
      return { requestId: 'local', code: failure.code, message: failure.message };
    } finally {
      this.underway -= 1;
    }
  }
}

module.exports = { LocalCloud };

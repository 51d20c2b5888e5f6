'use strict';
// The local cloud: one for the process, shared by all functions as the real one is.

const { dirname, join } = require('path');
const { serve } = require('./actions');
const apiHttp = require('./api_http');
const { Contents } = require('./contents');
const { Database } = require('./database');
const { CloudFailure, Unserved } = require('./failures');
const { Journal } = require('./journal');
const { Storage } = require('./storage');
const storageHttp = require('./storage_http');
const { Transactions } = require('./transactions');

class LocalCloud {
  // `loadEngine()` answers the database engine, and `file` is where the journal is kept, the contents of files
  // beside it. `environmentId()` is the environment of the function that runs.
  // `reportUnserved(what)` puts a call that was not served on the record of the invocation that made it,
  // `ask({kind, …})` has the harness do what only it can: run another function, say.
  constructor({ loadEngine, file, now, environmentId, reportUnserved, ask }) {
    this.journal = new Journal(file);
    this.database = new Database(loadEngine, this.journal);
    this.transactions = new Transactions();
    this.storage = new Storage(new Contents(join(dirname(file), 'files')), this.journal);
    this.snapshots = new Map([[0, this.present()]]); // 0 is the empty cloud
    this.snapshotsMade = 0;
    this.asked = 0; // requests so far
    this.underway = 0; // of which so many have no answer
    this.now = now;
    this.environmentId = environmentId;
    this.reportUnserved = reportUnserved;
    this.ask = ask;
    this.journal.replay({
      create: (name) => this.database.create(name),
      put: (name, document, made) => { this.database.made = made; this.database.put(name, document); },
      drop: (name, id) => this.database.drop(name, id),
      file: (key, digest) => this.storage.set(key, digest),
      unfile: (key) => this.storage.drop(key),
      snapshot: (number) => { this.snapshotsMade = number - 1; this.takeSnapshot(); },
      restore: (number) => this.backTo(number),
      forget: (number) => this.forget(number),
    });
  }

  // Load what the first query would have to wait for.
  warmUp() {
    this.database.loadEngine();
  }

  // Everything as it is now; nothing is copied.
  present() {
    return { database: this.database.snapshot(), files: this.storage.snapshot() };
  }

  takeSnapshot() {
    this.snapshotsMade += 1;
    this.snapshots.set(this.snapshotsMade, this.present());
    this.journal.add('snapshot', this.snapshotsMade);
    return this.snapshotsMade;
  }

  // Back to a snapshot, which is forgotten then, as is every later one. 0 is kept for ever.
  backTo(number) {
    const { database, files } = this.snapshots.get(number);
    this.database.restore(database);
    this.storage.restore(files);
    this.transactions.open.clear();
    for (const one of [...this.snapshots.keys()]) if (one >= Math.max(number, 1)) this.snapshots.delete(one);
    this.journal.add('restore', number);
    if (this.snapshots.size === 1) {
      this.journal.compact(() => this.entries());
      this.storage.sweep();
    }
    return true;
  }

  forget(number) {
    this.journal.add('forget', number);
    return this.snapshots.delete(number);
  }

  // The present state, as entries of the journal.
  * entries() {
    for (const [name, documents] of this.database.collections) {
      yield ['create', name];
      for (const document of documents.values()) yield ['put', name, document, this.database.made];
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

  // The body of the response to a request of the SDK, JSON or a Buffer; a refusal is a body too.
  async answer(request) {
    this.asked += 1;
    this.underway += 1;
    try {
      const serving = serve(this, request);
      this.journal.flush();
      const served = await serving;
      return Buffer.isBuffer(served) ? served : { requestId: 'local', ...served };
    } catch (error) {
      this.journal.flush();
      if (!(error instanceof CloudFailure)) throw error;
      if (error instanceof Unserved) this.reportUnserved(error.what);
      return { requestId: 'local', code: error.code, message: error.message };
    } finally {
      this.underway -= 1;
    }
  }
}

module.exports = { LocalCloud };

'use strict';
// Transactions: each sees the database as it was when it began, and its own writes. Of two that write one
// document the second is told so at once, as is one that writes what has changed since it began; neither
// goes on after that. The wx-server-sdk hands this on without its code, so `runTransaction` does not try again.
// A write from outside does not wait for a transaction: then committing is what conflicts.

const { Database, keyOf } = require('./database');
const { CloudFailure } = require('./failures');

const NO_JOURNAL = { add() {} }; // nothing has happened until a transaction is committed
const conflict = () => new CloudFailure(
  'DATABASE_TRANSACTION_CONFLICT',
  '[ResourceUnavailable.TransactionConflict] Transaction is conflict, maybe resource operated by others. Please check your request, but if the problem persists, contact us.',
);

// What a transaction sees of the database.
class View extends Database {
  constructor(database, base, claim) {
    super(NO_JOURNAL, database.clock);
    this.held = database.held;
    this.claim = claim;
    this.restore(base);
  }

  hold(name, document) {
    this.claim(name, keyOf(document._id));
    super.hold(name, document);
  }

  drop(name, id) {
    this.claim(name, keyOf(id));
    super.drop(name, id);
  }
}

class Transaction {
  // `isFree(place)` tells whether no other transaction has written there; `abort()` ends this one.
  constructor(database, isFree, abort) {
    this.database = database;
    this.base = database.snapshot();
    this.written = new Map(); // place → [collection, key]
    this.view = new View(database, this.base, (name, key) => {
      const place = `${name}\u0000${key}`;
      if (!isFree(place) || this.isStale(name, key)) {
        abort();
        throw conflict();
      }
      this.written.set(place, [name, key]);
    });
  }

  isStale(name, key) {
    const [was, now] = [this.base.collections.get(name), this.database.collections.get(name)];
    return (was && was.get(key)) !== (now && now.get(key));
  }

  commit() {
    const { database, view } = this;
    for (const [name, key] of this.written.values()) if (this.isStale(name, key)) throw conflict();
    database.made = Math.max(database.made, view.made);
    for (const [name, key] of this.written.values()) {
      const document = view.collections.get(name).get(key);
      const before = database.reading(name).get(key);
      if (document !== undefined) database.put(name, document);
      else if (before !== undefined) database.drop(name, before._id);
    }
  }
}

class Transactions {
  constructor() {
    this.open = new Map();
    this.made = 0;
  }

  start(database) {
    this.made += 1;
    const id = `transaction-${this.made}`;
    const isFree = (place) => [...this.open].every(([other, { written }]) => other === id || !written.has(place));
    this.open.set(id, new Transaction(database, isFree, () => this.open.delete(id)));
    return id;
  }

  find(id) {
    const transaction = this.open.get(id);
    if (transaction === undefined) throw new CloudFailure('DATABASE_TRANSACTION_FAIL', `[ResourceNotFound.TransactionNotExist] Transaction does not exist, or is over`);
    return transaction;
  }

  end(id) {
    const transaction = this.find(id);
    this.open.delete(id);
    return transaction;
  }
}

module.exports = { Transactions };

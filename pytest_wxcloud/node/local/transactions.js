'use strict';
// Transactions: each sees the database as it was when it began, and its own writes. Two that write one
// document conflict; the later one to commit is told so, and the SDK tries it again.

const { Database } = require('./database');
const { CloudFailure } = require('./failures');

const conflict = () => new CloudFailure(
  'DATABASE_TRANSACTION_CONFLICT',
  '[ResourceUnavailable.TransactionConflict] Transaction is conflict, maybe resource operated by others. Please check your request, but if the problem persists, contact us.',
);
const NO_JOURNAL = { add() {} }; // nothing has happened until a transaction is committed

class Transaction {
  constructor(database) {
    this.base = database.snapshot();
    this.view = new Database(NO_JOURNAL, database.clock);
    this.view.held = database.held;
    this.view.restore(this.base);
  }

  // Put what this transaction wrote into `database`.
  commit(database) {
    const writes = [];
    for (const [name, documents] of this.view.collections) {
      const before = this.base.collections.get(name);
      if (documents === before) continue;
      const now = database.collections.get(name);
      for (const key of new Set([...documents.keys(), ...(before ? before.keys() : [])])) {
        const was = before && before.get(key);
        const wanted = documents.get(key);
        if (was === wanted) continue;
        if ((now && now.get(key)) !== was) throw conflict();
        writes.push([name, was, wanted]);
      }
    }
    database.made = Math.max(database.made, this.view.made);
    for (const [name, was, wanted] of writes) {
      database.create(name);
      if (wanted === undefined) database.drop(name, was._id);
      else database.put(name, wanted);
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
    this.open.set(id, new Transaction(database));
    return id;
  }

  find(id) {
    const transaction = this.open.get(id);
    if (transaction === undefined) throw new CloudFailure('DATABASE_TRANSACTION_FAIL', `[ResourceNotFound.TransactionNotExist] Transaction ${id} does not exist, or is over`);
    return transaction;
  }

  end(id) {
    const transaction = this.find(id);
    this.open.delete(id);
    return transaction;
  }
}

module.exports = { Transactions };

'use strict';
// The answers by which the cloud refuses; the SDK maps the codes to the errCode that a function sees.

const { Refusal, Unknown } = require('./mongo');

const WRITES = new Set([
  'database.insertDocument', 'database.modifyDocument', 'database.modifyAndReturnDoc',
  'database.addDocument', 'database.updateDocument', 'database.insertDocInTransaction', 'database.updateDocInTransaction',
]);

class CloudFailure extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

// A call that the local cloud does not know how to serve. It fails the test by this name.
class Unserved extends CloudFailure {
  constructor(what) {
    super('SYS_ERR', `pytest-wxcloud does not serve ${what}`);
    this.what = what;
  }
}

// MongoDB's own words reach a function as the platform's driver wraps them.
const requestFailed = (message) => new CloudFailure('DATABASE_REQUEST_FAILED', `[FailedOperation] ${message}`);
const writeFailed = (message) => requestFailed(`multiple write errors: [{write errors: [{${message}}]}, {<nil>}]`);
const collectionMissing = (name) => new CloudFailure(
  'DATABASE_COLLECTION_NOT_EXIST',
  `[ResourceNotFound.ResourceNotFound] Db or Table not exist: ${name}. Please check your request, but if the problem cannot be solved, contact us.`,
);
const invalid = (message) => new CloudFailure('INVALID_PARAM', message);

// What a call that failed is answered with. MongoDB's words are wrapped as the platform wraps them; what
// went wrong here for another reason was not served.
function asFailure(error, action) {
  if (error instanceof CloudFailure) return error;
  if (error instanceof Refusal) return (WRITES.has(action) ? writeFailed : requestFailed)(error.message);
  if (error instanceof Unknown) return new Unserved(`the database operator ${error.what}`);
  return new Unserved(`${action}, which failed: ${error.stack}`);
}

module.exports = { CloudFailure, Unserved, asFailure, collectionMissing, invalid };

'use strict';
// The answers by which the cloud refuses; the SDK maps the codes to the errCode that a function sees.

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

const requestFailed = (message) => new CloudFailure('DATABASE_REQUEST_FAILED', message);
const collectionMissing = (name) => new CloudFailure(
  'DATABASE_COLLECTION_NOT_EXIST',
  `[ResourceNotFound.ResourceNotFound] Db or Table not exist: ${name}. Please check your request, but if the problem cannot be solved, contact us.`,
);
const invalid = (message) => new CloudFailure('INVALID_PARAM', message);

module.exports = { CloudFailure, Unserved, collectionMissing, invalid, requestFailed };

'use strict';
// Puts the local cloud behind the SDK, at the place where node-sdk sends a request. Everything above it
// stays the SDK's own: parameters, signing, retries, the mapping of errors.

const Module = require('module');

const REQUESTER = /[\\/](@cloudbase[\\/])?node-sdk[^\\/]*[\\/]/;

function install(cloud) {
  const load = Module._load;
  const extraRequest = async (options) => ({
    statusCode: 200,
    headers: {},
    body: await cloud.answer(options.body || options.formData),
  });
  Module._load = function (request, parent, isMain) {
    const exported = load.call(this, request, parent, isMain);
    if (parent && REQUESTER.test(parent.filename) && exported && exported.extraRequest) {
      exported.extraRequest = extraRequest;
      cloud.warmUp(); // while a function loads, so that no call has to wait for it
    }
    return exported;
  };
}

module.exports = { install };

'use strict';
// Puts the local cloud behind the SDK, at the place where it sends a request: in node-sdk by a function of its
// own, in tcb-admin-node by the package `request`. Everything above that stays the SDK's own: parameters,
// signing, retries, the mapping of errors.

const { EventEmitter } = require('events');
const Module = require('module');

const REQUESTER = /[\\/](@cloudbase[\\/])?node-sdk[^\\/]*[\\/]/;
const LEGACY_REQUESTER = /[\\/]tcb-admin-node[^\\/]*[\\/]src[\\/]utils[\\/]httpRequest\.js$/;

function install(cloud) {
  const load = Module._load;
  const extraRequest = async (options) => ({
    statusCode: 200,
    headers: {},
    body: await cloud.answer(options.body || options.formData),
  });
  const legacyRequest = (options, callback) => {
    extraRequest(options).then((response) => callback(null, response, response.body), callback);
    return new EventEmitter(); // which some versions listen to, to measure
  };
  Module._load = function (request, parent, isMain) {
    if (request === 'request' && parent && LEGACY_REQUESTER.test(parent.filename)) return legacyRequest;
    const exported = load.call(this, request, parent, isMain);
    if (parent && REQUESTER.test(parent.filename) && exported && exported.extraRequest) {
      exported.extraRequest = extraRequest;
    }
    return exported;
  };
}

module.exports = { install };

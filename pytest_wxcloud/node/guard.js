'use strict';
// No way out of the machine. Preloaded with --require, so that worker threads, which inherit the
// flag, are guarded like the main thread.

const childProcess = require('child_process');
const dgram = require('dgram');
const dns = require('dns');
const net = require('net');
const { BroadcastChannel, isMainThread } = require('worker_threads');

const CHANNEL = 'pytest-wxcloud: blocked in a worker thread';

// Replaced by the worker: puts the attempt on the record of the invocation that made it.
let report = () => {};
if (!isMainThread) {
  report = (attempt) => {
    const channel = new BroadcastChannel(CHANNEL);
    channel.postMessage(attempt);
    channel.close();
  };
}

function refuse(what, address) {
  report({ what, address });
  const error = new Error(`pytest-wxcloud blocked ${what} ${address}: a function under test stays on this machine`);
  error.code = 'ERR_WXCLOUD_BLOCKED';
  error.address = address;
  return error;
}

function addressOf(target) {
  // net.connect(options | port, host | path); an already normalized call passes [options, callback].
  const first = Array.isArray(target[0]) ? target[0][0] : target[0];
  if (first !== null && typeof first === 'object') return first.path || `${first.host || 'localhost'}:${first.port}`;
  if (typeof first === 'string' && !/^\d+$/.test(first)) return first;
  return `${typeof target[1] === 'string' ? target[1] : 'localhost'}:${first}`;
}

net.Socket.prototype.connect = function (...target) {
  const error = refuse('a connection to', addressOf(target));
  process.nextTick(() => this.destroy(error));
  return this;
};

dgram.Socket.prototype.send = function (_message, ...rest) {
  const port = rest.find((value) => typeof value === 'number' && value > 0);
  const host = rest.find((value) => typeof value === 'string') || 'localhost';
  const error = refuse('a datagram to', `${host}:${port}`);
  const callback = rest[rest.length - 1];
  if (typeof callback === 'function') process.nextTick(callback, error);
  else process.nextTick(() => this.emit('error', error));
};
dgram.Socket.prototype.connect = function (port, host) {
  const error = refuse('a datagram to', `${typeof host === 'string' ? host : 'localhost'}:${port}`);
  process.nextTick(() => this.emit('error', error));
};

const LOOKUPS = /^(lookup|lookupService|resolve\w*|reverse)$/;
function guardLookups(owner, answer) {
  for (const name of Object.getOwnPropertyNames(owner)) {
    if (!LOOKUPS.test(name) || typeof owner[name] !== 'function') continue;
    const real = owner[name];
    owner[name] = function (host, ...rest) {
      if (name === 'lookup' && net.isIP(host)) return real.call(this, host, ...rest); // nothing is asked
      return answer(refuse('a name lookup of', host), rest);
    };
  }
}
const byCallback = (error, rest) => {
  const callback = rest[rest.length - 1];
  if (typeof callback !== 'function') throw error;
  process.nextTick(callback, error);
};
const byPromise = (error) => Promise.reject(error);
guardLookups(dns, byCallback);
guardLookups(dns.Resolver.prototype, byCallback);
guardLookups(Object.getPrototypeOf(dns.Resolver.prototype), byCallback);
guardLookups(dns.promises, byPromise);
guardLookups(dns.promises.Resolver.prototype, byPromise);
guardLookups(Object.getPrototypeOf(dns.promises.Resolver.prototype), byPromise);

childProcess.ChildProcess.prototype.spawn = function (options) {
  throw refuse('the child process', (options && options.file) || 'unknown');
};
for (const name of ['spawnSync', 'execSync', 'execFileSync']) {
  childProcess[name] = function (command) { throw refuse('the child process', command); };
}

module.exports = { CHANNEL, onBlocked(listener) { report = listener; } };

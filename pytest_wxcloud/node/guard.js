'use strict';
// No way out of the machine. Preloaded with --require, so that worker threads, which inherit the
// flag, are guarded like the main thread.
//
// Twice: where a function asks, since there the address is known as it was written, and below Node's
// own JavaScript, for whoever gets past that. Compiled add-ons are beyond both.

const childProcess = require('child_process');
const dgram = require('dgram');
const dns = require('dns');
const net = require('net');
const { syncBuiltinESMExports } = require('module');
const { constants: { errno } } = require('os');
const threads = require('worker_threads');

const CHANNEL = 'pytest-wxcloud: blocked in a worker thread';
const CODE = 'ERR_WXCLOUD_BLOCKED';
const { apply } = Reflect;
const { nextTick } = process;

// Replaced by the worker: puts the attempt on the record of the invocation that made it.
let report = () => {};
if (!threads.isMainThread) {
  report = (attempt) => {
    const channel = new threads.BroadcastChannel(CHANNEL);
    channel.postMessage(attempt);
    channel.close();
  };
}

function refuse(what, address) {
  let shown;
  try { shown = `${address}`; } catch { shown = 'an address that cannot be shown'; }
  report({ what, address: shown });
  const error = new Error(`pytest-wxcloud blocked ${what} ${shown}: a function under test stays on this machine`);
  error.code = CODE;
  error.address = shown;
  return error;
}

// A request that was to be answered inside the machine, and is not.
function refuseUrl(url) {
  const { protocol, hostname, port } = new URL(url);
  return refuse('a connection to', `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`);
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
  nextTick(() => this.destroy(error));
  return this;
};

dgram.Socket.prototype.send = function (_message, ...rest) {
  if (typeof rest[1] === 'number' && typeof rest[2] === 'number') rest.splice(0, 2); // offset and length
  const [port, host] = rest;
  const error = refuse('a datagram to', `${typeof host === 'string' ? host : 'localhost'}:${port}`);
  fail(this, rest[rest.length - 1], error);
};
dgram.Socket.prototype.connect = function (port, ...rest) {
  const error = refuse('a datagram to', `${typeof rest[0] === 'string' ? rest[0] : 'localhost'}:${port}`);
  fail(this, rest[rest.length - 1], error);
};
function fail(socket, callback, error) {
  if (typeof callback === 'function') nextTick(callback, error);
  else nextTick(() => socket.emit('error', error));
}

const LOOKUPS = /^(lookup|lookupService|resolve\w*|reverse)$/;
function guardLookups(owner, answer) {
  for (const name of Object.getOwnPropertyNames(owner)) {
    if (!LOOKUPS.test(name) || typeof owner[name] !== 'function') continue;
    const real = owner[name];
    owner[name] = function (host, ...rest) {
      if (name === 'lookup' && net.isIP(host)) return apply(real, this, [host, ...rest]); // nothing is asked
      return answer(refuse('a name lookup of', host), rest);
    };
  }
}
const byCallback = (error, rest) => {
  const callback = rest[rest.length - 1];
  if (typeof callback !== 'function') throw error;
  nextTick(callback, error);
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

// A thread may not leave the flag out, and sees its starter's variables, which are not the process's.
const { Worker } = threads;
threads.Worker = new Proxy(Worker, {
  construct(_, [file, options = {}], target) {
    const { env, execArgv } = options;
    const own = { ...options, env: env === undefined || env === threads.SHARE_ENV ? { ...process.env } : env };
    if (execArgv !== undefined) own.execArgv = ['--require', __filename, ...execArgv];
    return Reflect.construct(Worker, [file, own], target === threads.Worker ? Worker : target);
  },
});
Worker.prototype.constructor = threads.Worker;

// Below Node's JavaScript. A binding answers an error number, and 0 for what it has begun.
const REFUSED = process.platform === 'win32' ? -4092 : -errno.EACCES; // libuv's number for EACCES
const bindings = {
  tcp_wrap: ({ TCP }) => bar(TCP.prototype, /^connect/, 'a connection to', (_request, host, port) => `${host}:${port}`),
  pipe_wrap: ({ Pipe }) => bar(Pipe.prototype, /^connect/, 'a connection to', (_request, path) => path),
  udp_wrap({ UDP }) {
    bar(UDP.prototype, /^connect/, 'a datagram to', (host, port) => `${host}:${port}`);
    bar(UDP.prototype, /^send/, 'a datagram to', (_request, _list, _count, port, host) => `${host}:${port}`);
  },
  cares_wrap(cares) {
    bar(cares, /^get(addr|name)info$/, 'a name lookup of', (_request, host) => host);
    bar(cares.ChannelWrap.prototype, /^(query|getHostByAddr)/, 'a name lookup of', (_request, host) => host);
  },
  process_wrap: ({ Process }) => bar(Process.prototype, /^spawn$/, 'the child process', ({ file }) => file),
  spawn_sync: (owner) => bar(owner, /^spawn$/, 'the child process', ({ file }) => file, { error: REFUSED, status: null, signal: null, output: null, pid: 0 }),
};
function bar(owner, names, what, address, answer = REFUSED) {
  for (const name of Object.getOwnPropertyNames(owner)) {
    if (names.test(name)) owner[name] = function (...call) { refuse(what, address(...call)); return answer; };
  }
}
for (const name of Object.keys(bindings)) bindings[name](process.binding(name));

// A signal to another process, which may be the one that runs the tests.
for (const name of ['_kill', '_debugProcess']) {
  const real = process[name];
  process[name] = function (pid, ...signal) {
    if (pid === process.pid) return apply(real, process, [pid, ...signal]);
    refuse('a signal to process', pid);
    return REFUSED;
  };
}

syncBuiltinESMExports();

module.exports = { CHANNEL, refuseUrl, onBlocked(listener) { report = listener; } };

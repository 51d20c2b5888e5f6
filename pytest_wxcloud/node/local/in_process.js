'use strict';
// HTTPS to the local cloud's own hosts: answered in this process, over a connection that is no socket. So every
// client works as it is (the SDK's own code, https, request, axios, got, fetch), and nothing passes the guard.

const http = require('http');
const { syncBuiltinESMExports } = require('module');
const { Duplex } = require('stream');
const tls = require('tls');

const { apply } = Reflect;
const { nextTick } = process;

// One side of a connection. What is written to it is read from the other side.
class Side extends Duplex {
  constructor() {
    super();
    this.other = undefined;
    this.written = undefined; // tells the other side that what it wrote was read
  }

  _read() {
    const { written } = this;
    this.written = undefined;
    if (written !== undefined) written();
  }

  _write(chunk, _encoding, done) {
    if (this.other.destroyed || chunk.length === 0) return nextTick(done);
    this.other.written = done;
    return this.other.push(chunk);
  }

  _final(done) {
    this.other.push(null);
    done();
  }

  _destroy(error, done) {
    if (!this.writableFinished) this.other.destroy();
    done(error);
  }
}

// What clients ask of a TLS socket. There is nothing here to wait for, and nobody to distrust.
class ClientSide extends Side {
  constructor() {
    super();
    this.encrypted = true;
    this.authorized = true;
    this.alpnProtocol = false;
    this.remoteAddress = '127.0.0.1';
    this.remotePort = 443;
  }

  getPeerCertificate() { return {}; }
  getSession() { return undefined; }
  isSessionReused() { return false; }
}
for (const name of ['setTimeout', 'setNoDelay', 'setKeepAlive', 'ref', 'unref']) Side.prototype[name] = function () { return this; };

function connectTo(host, server) {
  const client = new ClientSide();
  const far = new Side();
  client.other = far;
  far.other = client;
  far.host = host;
  server.emit('connection', far);
  nextTick(() => { client.emit('connect'); client.emit('secureConnect'); });
  return client;
}

async function respond(answer, request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { method, headers, socket } = request;
  const url = new URL(`https://${socket.host}${request.url}`);
  const { status, headers: told, body } = answer({ method, url, headers, body: Buffer.concat(chunks) });
  const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...told, ...length, connection: 'close' });
  response.end(body);
}

// `serves(host)` tells whether a host is one of the local cloud's, `answer(request)` what it answers.
function install({ serves, answer }) {
  const server = http.createServer((request, response) => {
    respond(answer, request, response).catch((error) => response.destroy(error)); // the client sees it hang up
  });
  const { connect } = tls;
  tls.connect = function (...target) { // (options | port, host | path, options; callback)
    const options = typeof target[0] === 'object' ? target[0] : { port: target[0], host: target[1] };
    if (options === null || options.socket || typeof options.host !== 'string' || !serves(options.host)) return apply(connect, tls, target);
    const client = connectTo(options.host, server);
    const listener = target[target.length - 1];
    if (typeof listener === 'function') client.once('secureConnect', listener);
    return client;
  };
  syncBuiltinESMExports();
}

module.exports = { install };

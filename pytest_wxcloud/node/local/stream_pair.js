'use strict';
// A connection that never leaves the process: two streams, and what is written to one is read from the other.

const { Duplex } = require('stream');

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

function connectedPair() {
  const client = new ClientSide();
  const far = new Side();
  client.other = far;
  far.other = client;
  return [client, far];
}

module.exports = { connectedPair };

'use strict';
// HTTP and HTTPS to the local cloud's own hosts: answered in this process, over a connection that is no socket. So
// every client works as it is (the SDK's own code, https, request, axios, got, fetch), and nothing passes the guard.

const { AsyncResource } = require('async_hooks');
const http = require('http');
const { syncBuiltinESMExports } = require('module');
const tls = require('tls');
const { connectedPair } = require('./stream_pair');

const { apply } = Reflect;
const { nextTick } = process;

function connectTo(host, server) {
  const [client, far] = connectedPair();
  far.host = host;
  far.caller = new AsyncResource('connection'); // who connects is who asks
  server.emit('connection', far);
  nextTick(() => { client.emit('connect'); client.emit('secureConnect'); });
  return client;
}

async function respond(answer, request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { method, headers, socket } = request;
  const url = new URL(`https://${socket.host}${request.url}`);
  const { status, headers: told, body } = await answer({ method, url, headers, body: Buffer.concat(chunks) });
  const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...told, ...length, connection: 'close' });
  response.end(body);
}

// `serves(host)` tells whether a host is one of the local cloud's, `answer(request)` what it answers.
function install({ serves, answer }) {
  const server = http.createServer((request, response) => {
    const work = () => respond(answer, request, response).catch((error) => response.destroy(error)); // the client sees it hang up
    request.socket.caller.runInAsyncScope(work);
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
  const { prototype } = http.Agent;
  const { createConnection } = prototype; // by which agents connect without TLS
  prototype.createConnection = function (options, ...rest) {
    return serves(`${options.host}`) ? connectTo(options.host, server) : apply(createConnection, this, [options, ...rest]);
  };
  syncBuiltinESMExports();
}

module.exports = { install };

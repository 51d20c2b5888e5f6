'use strict';
// Requests that are answered inside the machine, because the test answers for the host. Node's own client
// writes the request and reads the answer, over a pair of streams that never leaves the process; so every
// library above it works as it is. All other requests go on as they were, to the guard.

const http = require('http');
const https = require('https');
const { syncBuiltinESMExports } = require('module');
const { urlToHttpOptions } = require('url');
const { connectedPair } = require('./stream_pair');
const { apply } = require('../originals');

const DEFAULT_PORTS = { 'http:': 80, 'https:': 443 };
const REDIRECTS = 20; // as fetch allows
const REDIRECTING = [301, 302, 303, 307, 308];
const WITHOUT_BODY = [204, 205, 304];

class RequestFailure extends Error {
  constructor(code, url) {
    super(`${code} ${url}`);
    this.code = code;
  }
}

// `responderFor(url)` answers who answers a request to `url`: (request) → {status, headers, body}, possibly
// later, where a request has method, url, headers and body; or undefined.
function install(responderFor) {
  replace(http, 'http:', responderFor);
  replace(https, 'https:', responderFor);
  replaceFetch(responderFor);
  syncBuiltinESMExports();
}

let server; // reads the requests and writes the answers; it listens nowhere
const { createServer } = http;
function receive(socket) {
  if (server === undefined) server = createServer(respond);
  server.emit('connection', socket);
}

// The request of Node's client, on the other side of the pair.
async function respond(incoming, outgoing) {
  const { socket, method, url: path, headers } = incoming;
  const { client, origin, responder } = socket.exchange;
  try {
    const parts = [];
    for await (const part of incoming) parts.push(part);
    const answer = await responder({ method, url: origin + path, headers, body: Buffer.concat(parts) });
    outgoing.statusCode = answer.status;
    outgoing.sendDate = false; // it would not follow the test's clock
    for (const name of Object.keys(answer.headers)) outgoing.setHeader(name, answer.headers[name]);
    outgoing.end(answer.body);
  } catch (error) {
    client.destroy(error);
  }
}

// The options of `http.request(url, options, callback)` in one object, and the callback.
function normalized(input, options, callback) {
  if (typeof input === 'string' || input instanceof URL) {
    const parts = urlToHttpOptions(typeof input === 'string' ? new URL(input) : input);
    return typeof options === 'function' ? [parts, options] : [{ ...parts, ...options }, callback];
  }
  return [{ ...input }, typeof options === 'function' ? options : callback];
}

function originOf(options, ownProtocol) {
  const protocol = options.protocol || ownProtocol;
  const host = `${options.hostname || options.host || 'localhost'}`;
  const port = options.port && +options.port !== DEFAULT_PORTS[protocol] ? `:${+options.port}` : '';
  return `${protocol}//${host.includes(':') && host[0] !== '[' ? `[${host}]` : host}${port}`;
}

function replace(module, ownProtocol, responderFor) {
  const real = module.request;
  // The call that Node's client gets instead, or the same one when nobody answers it here.
  const redirected = (call) => {
    try {
      const [options, callback] = normalized(...call);
      const origin = originOf(options, ownProtocol);
      const responder = options.socketPath ? undefined : responderFor(new URL(origin + (options.path || '/')).href);
      if (responder === undefined) return call;
      const createConnection = () => {
        const [client, far] = connectedPair();
        far.exchange = { client, origin, responder };
        receive(far);
        return client;
      };
      const defaultPort = DEFAULT_PORTS[options.protocol || ownProtocol]; // which an agent would know
      return [{ ...options, agent: undefined, defaultPort, createConnection }, callback];
    } catch {
      return call; // Node tells what is wrong with it
    }
  };
  module.request = function request(url, options, cb) { return apply(real, module, redirected([url, options, cb])); };
  module.get = function get(url, options, cb) {
    const asked = apply(real, module, redirected([url, options, cb]));
    asked.end();
    return asked;
  };
}

function replaceFetch(responderFor) {
  const real = globalThis.fetch;
  const find = (url) => { try { return responderFor(new URL(url).href); } catch { return undefined; } };
  globalThis.fetch = function fetch(input, init = undefined) {
    const url = input instanceof URL ? input.href : typeof input === 'string' ? input : input && input.url;
    return find(url) === undefined ? real(input, init) : fetched(input, init);
  };

  async function fetched(input, init) {
    const request = new Request(input, init);
    let { url, method } = request;
    let headers = Object.fromEntries(request.headers);
    let body = Buffer.from(await request.arrayBuffer());
    for (let hops = 0; ; hops += 1) {
      const responder = find(url);
      if (responder === undefined) return real(url, { ...init, method, headers, body: body.length > 0 ? body : undefined });
      const answer = await settled(responder({ method, url, headers, body }), request.signal);
      const response = asResponse(answer, url, method, hops > 0);
      const location = response.headers.get('location');
      if (!REDIRECTING.includes(answer.status) || location === null || request.redirect === 'manual') return response;
      if (request.redirect === 'error' || hops === REDIRECTS) throw failed(new Error(`unexpected redirect to ${location}`));
      url = new URL(location, url).href;
      if (answer.status === 303 ? method !== 'HEAD' : answer.status < 303 && method === 'POST') {
        method = 'GET';
        body = Buffer.alloc(0);
        headers = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('content-')));
      }
    }
  }
}

const failed = (cause) => new TypeError('fetch failed', { cause });

// What `answering` comes to, unless the request is aborted before.
function settled(answering, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    answering.then(resolve, (error) => reject(failed(error))).finally(() => signal.removeEventListener('abort', abort));
  });
}

function asResponse({ status, headers, body }, url, method, redirected) {
  const pairs = Object.entries(headers).flatMap(([name, value]) => [].concat(value).map((one) => [name, one]));
  const measured = pairs.some(([name]) => name.toLowerCase() === 'content-length');
  if (!measured && !WITHOUT_BODY.includes(status)) pairs.push(['content-length', `${body.length}`]);
  const response = new Response(method === 'HEAD' || WITHOUT_BODY.includes(status) ? null : body, { status, headers: pairs });
  Object.defineProperty(response, 'url', { value: url });
  Object.defineProperty(response, 'redirected', { value: redirected });
  return response;
}

module.exports = { RequestFailure, install };

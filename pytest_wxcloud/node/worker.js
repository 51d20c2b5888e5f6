'use strict';
// Runs cloud functions for pytest. One process serves a whole test run.
//
// Speaks lines of JSON over loopback TCP. Each connection carries one invocation at a time; calls that
// overlap come over several. The port is announced on stdout; the first line on a connection is the
// token that was read from stdin. When stdin ends, the parent is gone and so is this process.

const guard = require('./guard');
const net = require('net');
const invocations = require('./invocation');
const clock = require('./clock');
const intrinsics = require('./intrinsics');
const instances = require('./instance');
const failure = require('./failure');
const { BroadcastChannel } = require('worker_threads');

const { Invocation, current } = invocations;
const { parse, stringify } = JSON;
const { indexOf, slice } = String.prototype;
const byteLength = Buffer.byteLength;
const announce = process.stdout.write.bind(process.stdout);
const write = net.Socket.prototype.write;
const nextTick = process.nextTick;

const RESULT_LIMIT = 1024 * 1024; // bytes, the platform's limit for an answer (docs)

const loaded = new Map(); // key → Instance
const pending = new Set(); // invocations that have not answered
const late = []; // what happened outside any invocation, told with the next answer
const tell = (kind, value) => { late[late.length] = { kind, value }; };

// While an invocation runs nothing of ours holds the event loop, so `beforeExit` tells at once that a
// promise can never settle. Between invocations this timer keeps the process alive.
const keepAlive = setInterval(() => {}, 2 ** 30);

function begin(answer, instance, variables) {
  const invocation = new Invocation(instance, variables);
  invocation.answer = answer;
  pending.add(invocation);
  keepAlive.unref();
  return invocation;
}

function finish(invocation, key, json) {
  if (invocation.over) return;
  invocation.over = true;
  pending.delete(invocation);
  if (pending.size === 0) keepAlive.ref();
  let extras = '';
  if (invocation.output.length > 0) extras += ',"output":' + stringify(invocation.output);
  if (invocation.blocked.length > 0) extras += ',"blocked":' + stringify(invocation.blocked);
  if (late.length > 0) { extras += ',"late":' + stringify(late); late.length = 0; }
  invocation.answer('{"' + key + '":' + json + extras + '}\n');
}

function fail(invocation, how, thrown) {
  finish(invocation, 'error', stringify(failure.describe(how, thrown)));
}

function succeed(invocation, result) {
  let json;
  try { json = stringify(result); } catch (thrown) { return fail(invocation, 'unserializable', thrown); }
  if (json === undefined) json = 'null';
  if (json.length > RESULT_LIMIT / 4 && byteLength(json) > RESULT_LIMIT) {
    const size = byteLength(json);
    return fail(invocation, 'too_large', new Error(`the answer has ${size} bytes, the platform allows ${RESULT_LIMIT}`));
  }
  return finish(invocation, 'result', json);
}

function invoke(answer, { instance: key, event, context, environment, time }) {
  const instance = loaded.get(key);
  const invocation = begin(answer, instance, environment);
  clock.set(time);
  invocation.run(() => {
    try {
      instance.enter();
      // SCF also takes a callback; an answer given through it counts like a returned one.
      const callback = (thrown, result) => (thrown ? fail(invocation, 'thrown', thrown) : succeed(invocation, result));
      const returned = instance.main.call(undefined, event, context, callback);
      if (returned !== null && typeof returned === 'object' && typeof returned.then === 'function') {
        returned.then((result) => succeed(invocation, result), (thrown) => fail(invocation, 'thrown', thrown));
      } else if (returned !== undefined || instance.main.length < 3) {
        succeed(invocation, returned);
      }
    } catch (thrown) {
      fail(invocation, 'thrown', thrown);
    }
  });
}

function load(answer, { instance: key, folder, entry, handler, environment }) {
  const instance = new instances.Instance(folder);
  try {
    const report = instance.load(entry, handler, environment);
    loaded.set(key, instance);
    answer(stringify(report) + '\n');
  } catch (thrown) {
    answer('{"error":' + stringify(failure.describe('load', thrown)) + '}\n');
  }
}

const REQUESTS = {
  invoke,
  load,
  unload(answer, { instance }) { loaded.delete(instance); answer('{}\n'); },
  echo(answer, { payload }) { answer('{"result":' + stringify(payload) + '}\n'); },
};

function serve(socket, token) {
  let trusted = false;
  let rest = '';
  const answer = (line) => write.call(socket, line);
  socket.setNoDelay(true);
  socket.setEncoding('utf8');
  socket.unref();
  socket.on('error', () => {});
  socket.on('data', (text) => {
    rest += text;
    for (let end = indexOf.call(rest, '\n'); end >= 0; end = indexOf.call(rest, '\n')) {
      const line = slice.call(rest, 0, end);
      rest = slice.call(rest, end + 1);
      if (trusted) {
        const request = parse(line);
        REQUESTS[request.kind](answer, request);
      } else if (line === token) {
        trusted = true;
      } else {
        socket.destroy();
        return;
      }
    }
  });
}

function start(token) {
  const server = net.createServer((socket) => serve(socket, token));
  server.listen(0, '127.0.0.1', () => {
    announce(stringify({ port: server.address().port, node: process.version }) + '\n');
  });
  server.unref();
}

process.on('beforeExit', () => {
  for (const invocation of pending) {
    fail(invocation, 'never_settled', new Error('the function returned a promise that nothing can settle any more'));
  }
});
process.on('uncaughtException', (thrown) => {
  const invocation = current();
  if (invocation !== undefined && !invocation.over) fail(invocation, 'uncaught', thrown);
  else if (pending.size > 0 && invocation === undefined) for (const one of pending) fail(one, 'uncaught', thrown);
  else tell('uncaught', failure.describe('uncaught', thrown));
});
process.on('unhandledRejection', (thrown) => {
  const said = failure.describe('rejected', thrown);
  const invocation = current() || (pending.size === 1 ? [...pending][0] : undefined);
  if (invocation !== undefined && !invocation.over) invocation.write('stderr', `Unhandled rejection: ${said.stack || said.message}\n`);
  else tell('rejected', said);
});
guard.onBlocked((attempt) => {
  const invocation = current();
  if (invocation !== undefined && !invocation.over) invocation.blocked[invocation.blocked.length] = attempt;
  else tell('blocked', attempt);
});
const threads = new BroadcastChannel(guard.CHANNEL);
threads.onmessage = ({ data }) => {
  const only = pending.size === 1 ? [...pending][0] : undefined;
  if (only !== undefined) only.blocked[only.blocked.length] = data;
  else tell('blocked', data);
};
threads.unref();

let token = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text) => {
  if (token.includes('\n')) return;
  token += text;
  if (token.includes('\n')) start(token.slice(0, token.indexOf('\n')));
});
process.stdin.on('end', () => process.exit(0));

clock.install();
invocations.install();
instances.install();
intrinsics.remember();
nextTick(() => { if (process.stdin.unref) process.stdin.unref(); });

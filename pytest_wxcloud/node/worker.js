'use strict';
// Runs cloud functions for pytest. One process serves a whole test run.
//
// Speaks lines of JSON over loopback TCP. Each connection carries one invocation at a time; calls that
// overlap come over several. The port is announced on stdout; the first line on a connection is the
// token that was read from stdin. When stdin ends, the parent is gone and so is this process.

const guard = require('./guard');
const fs = require('fs');
const net = require('net');
const invocations = require('./invocation');
const clock = require('./clock');
const intrinsics = require('./intrinsics');
const timers = require('./timers');
const instances = require('./instance');
const packages = require('./packages');
const { describe } = require('./failure');
const { BroadcastChannel } = require('worker_threads');
const inProcess = require('./local/in_process');
const httpStubs = require('./local/http_stubs');
const intercept = require('./local/intercept');
const { CloudFailure } = require('./local/failures');
const { LocalCloud } = require('./local/cloud');
const { command } = require('./local/commands');
const {
  apply, indexOf, mapDelete, mapGet, mapSet, parse, promiseThen, quote, setAdd, setDelete, setForEach, slice, stringify,
} = require('./originals');

const { Invocation, current, served } = invocations;
const byteLength = Buffer.byteLength;
const { isPromise } = require('util').types;
const announce = process.stdout.write.bind(process.stdout);
const write = net.Socket.prototype.write;
const { nextTick, reallyExit } = process;
const afterTurn = setImmediate;
const afterTimers = setTimeout;

const QUIET_TURNS = 5;
const MOST_TURNS = 10_000;
const TIMERS_WEIGH = 10; // turns, as they take as long
const RESULT_LIMIT = 1024 * 1024; // bytes, the platform's limit for an answer (docs)
const QUESTION_LIMIT = 64 * 1024 * 1024; // characters that a function may have the harness read at once

const loaded = new Map(); // key → Instance
const pending = new Set(); // invocations that have not answered
const late = []; // JSON of what happened outside any invocation, told with the next answer
const tell = (kind, json, by) => {
  const who = by === undefined ? '' : ',"function":' + quote(by.instance.name) + ',"origin":' + quote(by.origin) + (by.number === undefined ? '' : ',"number":' + by.number);
  late[late.length] = '{"kind":"' + kind + '","value":' + json + who + '}';
};
// The fields of an answer that tell it.
function lateFields() {
  const fields = late.length > 0 ? ',"late":' + list(late) : '';
  late.length = 0;
  return fields;
}

// While an invocation runs nothing of ours holds the event loop, so `beforeExit` tells at once that a
// promise can never settle. Between invocations this timer keeps the process alive.
let waiting = 0; // requests to the harness that are not answered
const keepAlive = setInterval(() => {}, 2 ** 30);

const [journalFile] = process.argv.slice(2);
const cloud = new LocalCloud({
  file: journalFile,
  now: clock.now,
  environmentId: () => process.env.TCB_ENV || '',
  reportUnserved(what) { note(current(), { what: 'unserved', address: what }); },
  ask(question) {
    const started = current();
    const invocation = started !== undefined && started.number === undefined ? served() : started; // of module code
    if (invocation === undefined || invocation.number === undefined) {
      throw new CloudFailure('FUNCTIONS_REQUEST_FAIL', 'the cloud was called while no function was');
    }
    return ask(invocation, question);
  },
});

// Connections on which the harness listens: those of the calls under way, and of whoever waits for what calls left
// under way. What functions ask for when they have answered goes over one of these, or waits until there is one.
const listening = [];
const unasked = []; // each is to be called with a connection

function listen(link) {
  listening[listening.length] = link;
  for (let i = 0; i < unasked.length; i += 1) unasked[i](link);
  unasked.length = 0;
}

function unlisten(link) {
  let kept = 0;
  for (let i = 0; i < listening.length; i += 1) if (listening[i] !== link) { listening[kept] = listening[i]; kept += 1; }
  listening.length = kept;
}

// While the harness does something for a function, that is not stuck.
async function ask(invocation, question) {
  waiting += 1;
  keepAlive.ref();
  try {
    if (!invocation.over) return await invocation.link.ask(question);
    const late = { __proto__: null, of: invocation.number, ...question };
    if (listening.length > 0) return await listening[listening.length - 1].ask(late);
    return await new Promise((resolve) => { unasked[unasked.length] = (link) => resolve(link.ask(late)); });
  } finally {
    waiting -= 1;
    if (waiting === 0 && pending.size > 0) keepAlive.unref();
    if (invocation.over && pending.size > 0) resume(lastPending());
    else resume(invocation);
  }
}

// Who answers a request of the running function to `url`: the test, for its hosts.
function responderFor(url) {
  const invocation = served();
  if (invocation === undefined || invocation.hosts === undefined) return undefined;
  const { hostname, host } = new URL(url);
  if (!invocation.hosts.includes(hostname) && !invocation.hosts.includes(host)) return undefined;
  return async (request) => {
    const told = await cloud.during(() => ask(invocation, { kind: 'http', ...request, body: request.body.toString('base64') }));
    if (told.code !== undefined) throw new CloudFailure(told.code, told.message);
    if (told.failure !== undefined) throw new httpStubs.RequestFailure(told.failure, url);
    if (told.status === undefined) throw invocation.run(() => guard.refuseUrl(url));
    return { ...told, body: Buffer.from(told.body, 'base64') };
  };
}

function begin(link, instance, variables, hosts, origin, number) {
  const invocation = new Invocation(instance, variables, origin, number);
  invocation.hosts = hosts;
  invocation.link = link;
  instance.begin(invocation);
  setAdd(pending, invocation);
  listen(link);
  if (waiting === 0) keepAlive.unref();
  return invocation;
}

function lastPending() {
  let last;
  setForEach(pending, (one) => { last = one; });
  return last;
}

// Back to the surroundings of a call that goes on, say the one that waited for the call that is over.
function resume({ instance }) {
  try { instance.enter(); } catch { /* its folder is gone; it will notice */ }
}

function refuse({ answer }, thrown) {
  answer('{"error":' + stringify(describe('exited', thrown)) + '}\n');
}

// JSON of a list whose elements are JSON. By hand: nobody's `toJSON` is asked.
function list(elements) {
  let json = '[';
  for (let i = 0; i < elements.length; i += 1) json += (i > 0 ? ',' : '') + elements[i];
  return json + ']';
}

function finish(invocation, key, json) {
  if (invocation.over) return;
  invocation.over = true;
  invocation.instance.end();
  setDelete(pending, invocation);
  unlisten(invocation.link);
  if (pending.size === 0) keepAlive.ref();
  else resume(lastPending());
  let extras = '';
  if (invocation.output.length > 0) extras += ',"output":' + list(invocation.output);
  if (invocation.blocked.length > 0) extras += ',"blocked":' + list(invocation.blocked);
  invocation.link.answer('{"' + key + '":' + json + extras + lateFields() + '}\n');
}

function fail(invocation, how, thrown) {
  finish(invocation, 'error', stringify(describe(how, thrown)));
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

function invoke(link, { instance: key, event, context, environment, time, hosts, origin, number }) {
  const instance = mapGet(loaded, key);
  if (instance === undefined) return refuse(link, new Error('the instance was ended before it was called'));
  const invocation = begin(link, instance, environment, hosts, origin, number);
  clock.set(time);
  invocation.run(() => {
    try {
      instance.enter();
      // SCF also takes a callback; an answer given through it counts like a returned one.
      const callback = (thrown, result) => (thrown ? fail(invocation, 'thrown', thrown) : succeed(invocation, result));
      const returned = apply(instance.main, undefined, [event, context, callback]);
      const answered = (result) => succeed(invocation, result);
      const refused = (thrown) => fail(invocation, 'thrown', thrown);
      if (isPromise(returned)) {
        promiseThen(returned, answered, refused);
      } else if (returned !== null && typeof returned === 'object' && typeof returned.then === 'function') {
        returned.then(answered, refused);
      } else if (returned !== undefined || instance.main.length < 3) {
        succeed(invocation, returned);
      }
    } catch (thrown) {
      fail(invocation, 'thrown', thrown);
    }
  });
}

function load({ answer }, { instance: key, name, folder, entry, handler, environment }) {
  const known = mapGet(loaded, key);
  const instance = known || new instances.Instance(name, folder);
  if (known) known.forget();
  try {
    instance.load(entry, handler, environment);
    mapSet(loaded, key, instance);
    answer('{"exported":' + (typeof instance.main === 'function') + '}\n');
  } catch (thrown) {
    answer('{"error":' + stringify(describe('load', thrown)) + '}\n');
  }
}

// What a function left under way goes on in turns of the event loop, each with the timers that are about to ring. It
// is over when several turns in a row ask nothing of the cloud; a function that never stops asking is left alone.
function settle(link, done) {
  listen(link);
  const turn = (asked, quiet, turns) => {
    if (quiet === QUIET_TURNS || turns >= MOST_TURNS) {
      if (quiet !== QUIET_TURNS) timers.giveUp();
      unlisten(link);
      return done();
    }
    const [after, weight] = timers.anySoon() ? [afterTimers, TIMERS_WEIGH] : [afterTurn, 1];
    return after(() => link.whenAnswered(() => {
      const still = cloud.underway === 0 && cloud.asked === asked && !timers.anyMoment();
      turn(cloud.asked, still ? quiet + 1 : 0, turns + weight);
    }), 1);
  };
  turn(cloud.asked, 0, 0);
}

function obey({ answer }, time, request) {
  clock.set(time);
  let told;
  try { told = { result: command(cloud, request) }; } catch (error) {
    if (!(error instanceof CloudFailure)) throw error;
    told = { refused: error.message };
  }
  answer(slice(stringify(told), 0, -1) + lateFields() + '}\n');
}

const REQUESTS = {
  invoke,
  load,
  unload({ answer }, { instance }) { mapDelete(loaded, instance); answer('{}\n'); },
  echo({ answer }, { payload }) { answer('{"result":' + stringify(payload) + '}\n'); },
  settle(link) { settle(link, () => link.answer('{"settled":true' + lateFields() + '}\n')); },
  mark({ answer }, { mark }) { fs.writeSync(1, mark); answer('{}\n'); },
  command(link, { time, settled, ...request }) {
    if (settled === true) return settle(link, () => obey(link, time, request));
    return obey(link, time, request);
  },
};

function serve(socket, token) {
  let trusted = false;
  let rest = '';
  const asked = new Map(); // number → what resolves it
  let numbers = 0;
  let answered; // what waits for the harness to have answered every question
  const link = {
    answer: (line) => apply(write, socket, [line]),
    // A question has a kind, which names who answers it in Python.
    ask: (question) => new Promise((resolve) => {
      const line = stringify({ __proto__: null, ask: numbers + 1, ...question });
      if (line.length > QUESTION_LIMIT) throw new CloudFailure('EXCEED_REQUEST_SIZE_LIMIT', `the request has ${line.length} characters`);
      numbers += 1;
      mapSet(asked, numbers, resolve);
      link.answer(line + '\n');
    }),
    whenAnswered: (goOn) => { if (asked.size === 0) goOn(); else answered = goOn; },
  };
  const receive = (request) => {
    if (request.back !== undefined) cloud.goBack(request.back);
    if (request.snapshots !== undefined) cloud.takeSnapshots(request.snapshots);
    if (request.kind !== 'asked') return REQUESTS[request.kind](link, request);
    const resolve = mapGet(asked, request.ask);
    mapDelete(asked, request.ask);
    resolve(request.answer);
    if (asked.size > 0 || answered === undefined) return undefined;
    const goOn = answered;
    answered = undefined;
    return goOn();
  };
  socket.setNoDelay(true);
  socket.setEncoding('utf8');
  socket.unref();
  socket.on('error', () => {});
  socket.on('data', (text) => {
    rest += text;
    for (let end = indexOf(rest, '\n'); end >= 0; end = indexOf(rest, '\n')) {
      const line = slice(rest, 0, end);
      rest = slice(rest, end + 1);
      if (trusted) {
        const request = parse(line);
        try { receive(request); } catch (thrown) { refuse(link, thrown); }
      } else if (line === token) {
        trusted = true;
      } else {
        socket.destroy();
        return;
      }
    }
  });
}

// Whether the time zone is one: of the database that Node carries, or written out as POSIX does (CST-8).
function knowsZone(name) {
  if (/^[A-Za-z]{3,}[+-]?\d/.test(name)) return true;
  try { return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined; } catch { return false; }
}

function start(token) {
  const server = net.createServer((socket) => serve(socket, token));
  server.listen(0, '127.0.0.1', () => {
    announce(stringify({ port: server.address().port, node: process.version, zone: knowsZone(process.env.TZ) }) + '\n');
  });
  server.unref();
}

process.on('beforeExit', () => {
  setForEach(pending, (invocation) => {
    fail(invocation, 'never_settled', new Error('the function returned a promise that nothing can settle any more'));
  });
});
process.on('uncaughtException', (thrown) => {
  const invocation = current();
  if (invocation !== undefined && !invocation.over) fail(invocation, 'uncaught', thrown);
  else if (pending.size > 0 && invocation === undefined) setForEach(pending, (one) => fail(one, 'uncaught', thrown));
  else tell('uncaught', stringify(describe('uncaught', thrown)), invocation);
});
process.on('unhandledRejection', (thrown) => {
  const said = describe('rejected', thrown);
  const invocation = current() || (pending.size === 1 ? lastPending() : undefined);
  if (invocation !== undefined && !invocation.over) invocation.write('stderr', `Unhandled rejection: ${said.stack || said.message}\n`);
  else tell('rejected', stringify(said), invocation);
});

// An attempt is told with the call that made it; one of the module's own code with the call that it
// works for, or the next.
function note(invocation, { what, address }) {
  const json = '{"what":' + quote(what) + ',"address":' + quote(address) + '}';
  const loading = invocation !== undefined && invocation === invocation.instance.loading;
  const to = loading ? invocation.instance.only || invocation : invocation;
  if (to !== undefined && (loading || !to.over)) to.blocked[to.blocked.length] = json;
  else tell('blocked', json, invocation);
}
guard.onBlocked((attempt) => note(current(), attempt));
const threads = new BroadcastChannel(guard.CHANNEL);
threads.onmessage = ({ data }) => note(pending.size === 1 ? lastPending() : undefined, data);
threads.unref();

let token = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text) => {
  if (token.includes('\n')) return;
  token += text;
  if (token.includes('\n')) start(token.slice(0, token.indexOf('\n')));
});
// A function that ends the process takes its console output along; this is the last chance to tell it.
process.on('exit', () => setForEach(pending, ({ output }) => {
  try {
    for (let i = 0; i < output.length; i += 1) fs.writeSync(1, parse(output[i])[1]);
  } catch { /* the pipe is full: the rest is lost with the process */ }
}));
process.stdin.on('end', () => apply(reallyExit, process, [0]));

clock.install();
timers.install();
invocations.install();
instances.install();
packages.install();
intercept.install(cloud);
inProcess.install({ serves: (host) => cloud.serves(host), answer: (request) => cloud.answerHttp(request) });
httpStubs.install(responderFor);
intrinsics.remember();
nextTick(() => { if (process.stdin.unref) process.stdin.unref(); });

'use strict';
// Which timers are about to ring. The SDK lets one of no time pass before it asks the cloud for anything but
// documents, and functions sleep for moments in what they do not await: whoever waits for what a function left under
// way has to wait for these, or it lands in the midst of another call. An instance that sets one after the other is not
// waited for again.

const timers = require('timers');
const { current } = require('./invocation');
const { apply, setAdd, setDelete, setForEach, weakSetHas } = require('./originals');

const { setTimeout: real } = timers;
const { add: endlessAdd } = WeakSet.prototype;
const SDKS = 1; // milliseconds
const MOMENT = 100;
const soon = new Set(); // those of at most SDKS that have not rung
const moments = new Set(); // those of at most MOMENT, of instances that came to an end so far
const endless = new WeakSet(); // instances that did not
const owners = new WeakMap(); // timer → the instance that set it
const { get: ownerOf, set: setOwner } = WeakMap.prototype;

function setTimeoutTold(callback, delay, ...given) {
  if (typeof callback !== 'function' || delay > MOMENT) return real(callback, delay, ...given);
  const timer = real(function ring(...told) {
    setDelete(soon, timer);
    setDelete(moments, timer);
    return apply(callback, this, told);
  }, delay, ...given);
  if (!(delay > SDKS)) setAdd(soon, timer);
  const now = current();
  if (now !== undefined && !weakSetHas(endless, now.instance)) {
    apply(setOwner, owners, [timer, now.instance]);
    setAdd(moments, timer);
  }
  return timer;
}

// Whether any of them is to ring; one that was cleared is not.
function anyOf(some) {
  setForEach(some, (timer) => { if (timer._destroyed) setDelete(some, timer); });
  return some.size > 0;
}

// Whether turns have to let timers ring.
function anySoon() { return anyOf(soon) || anyOf(moments); }

// Whether what was left under way cannot be over before they have rung.
function anyMoment() { return anyOf(moments); }

// It took no end.
function giveUp() {
  setForEach(moments, (timer) => {
    apply(endlessAdd, endless, [apply(ownerOf, owners, [timer])]);
    setDelete(moments, timer);
  });
}

function install() {
  Object.defineProperties(setTimeoutTold, Object.getOwnPropertyDescriptors(real)); // util.promisify's way, and its name
  globalThis.setTimeout = setTimeoutTold;
  timers.setTimeout = setTimeoutTold;
}

module.exports = { anyMoment, anySoon, giveUp, install };

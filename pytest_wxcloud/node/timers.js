'use strict';
// Which timers are about to ring. The SDK lets one of no time pass before it asks the cloud for anything but
// documents, so whoever waits for what a function left under way has to wait for these.

const timers = require('timers');
const { apply, setAdd, setDelete, setForEach } = require('./originals');

const { setTimeout: real } = timers;
const soon = new Set(); // those of at most a millisecond that have not rung

function setTimeoutTold(callback, delay, ...given) {
  if (typeof callback !== 'function' || delay > 1) return real(callback, delay, ...given);
  const timer = real(function ring(...told) {
    setDelete(soon, timer);
    return apply(callback, this, told);
  }, delay, ...given);
  setAdd(soon, timer);
  return timer;
}

// Whether one is about to ring; one that was cleared is not.
function anySoon() {
  setForEach(soon, (timer) => { if (timer._destroyed) setDelete(soon, timer); });
  return soon.size > 0;
}

function install() {
  Object.defineProperties(setTimeoutTold, Object.getOwnPropertyDescriptors(real)); // util.promisify's way, and its name
  globalThis.setTimeout = setTimeoutTold;
  timers.setTimeout = setTimeoutTold;
}

module.exports = { anySoon, install };

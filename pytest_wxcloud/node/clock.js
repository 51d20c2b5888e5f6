'use strict';
// `Date`, following the test's clock. Real until a test freezes time.

const { apply } = require('./originals');

const RealDate = Date;
const realNow = RealDate.now;

let frozenAt = null; // milliseconds, or null for real time
let startedAt = null; // real milliseconds when a ticking clock was set, or null for a still one

const now = () =>
  frozenAt === null ? realNow() : startedAt === null ? frozenAt : frozenAt + (realNow() - startedAt);

function FrozenDate(...parts) {
  if (new.target === undefined) return new RealDate(now()).toString();
  return Reflect.construct(RealDate, parts.length === 0 ? [now()] : parts, new.target);
}

function install() {
  Object.defineProperty(FrozenDate, 'name', { value: 'Date' });
  Object.defineProperty(FrozenDate, 'length', { value: 7 });
  Object.defineProperty(FrozenDate, 'prototype', { value: RealDate.prototype, writable: false });
  for (const name of ['parse', 'UTC']) {
    Object.defineProperty(FrozenDate, name, { value: RealDate[name], writable: true, configurable: true });
  }
  Object.defineProperty(FrozenDate, 'now', { value: now, writable: true, configurable: true });
  Object.defineProperty(RealDate.prototype, 'constructor', { value: FrozenDate, writable: true, configurable: true });
  globalThis.Date = FrozenDate;
  installFormats(Intl.DateTimeFormat.prototype);
}

// A format that is given no date reads the clock itself.
function installFormats(prototype) {
  const { get } = Object.getOwnPropertyDescriptor(prototype, 'format');
  const { formatToParts } = prototype;
  Object.defineProperty(prototype, 'format', {
    configurable: true,
    get() {
      const format = apply(get, this, []);
      return frozenAt === null ? format : (date) => format(date === undefined ? now() : date);
    },
  });
  prototype.formatToParts = function (date) { return apply(formatToParts, this, [date === undefined ? now() : date]); };
}

// `clock` is null for real time, or {at: milliseconds, ticking: boolean}.
function set(clock) {
  frozenAt = clock === null ? null : clock.at;
  startedAt = clock !== null && clock.ticking ? realNow() : null;
}

module.exports = { install, now, set };

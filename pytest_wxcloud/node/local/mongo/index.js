'use strict';
// MongoDB's query language, update operators and aggregation, on lists of documents. What it does not
// know it refuses by name; tests/local_cloud compares what it does know with another engine.

const { aggregate, contextOf } = require('./stages');
const { compile } = require('./matching');
const { Refusal, Unknown } = require('./failing');
const { selection } = require('./projecting');
const { sorted } = require('./sorting');
const { updater } = require('./updating');
const { patternOf } = require('./tests');
const { clone, equal, isDocument, keyOf } = require('./values');

const variablesAt = (now) => ({ NOW: new Date(now) });

module.exports = {
  Refusal,
  Unknown,
  aggregate: (documents, stages, { now, ...outside }) => aggregate(documents, stages, { ...outside, now: new Date(now) }),
  clone,
  equal,
  isDocument,
  keyOf,
  patternOf,
  matcher: (query, now) => compile(query, contextOf(variablesAt(now))),
  selection: (spec, now) => selection(spec, contextOf(variablesAt(now))),
  sorted,
  updater: (changes, query, now) => updater(changes, { query, now, context: contextOf(variablesAt(now)) }),
};

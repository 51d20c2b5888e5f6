'use strict';
// mingo, from the one file that it ships for browsers: its three hundred modules take ten times as long to
// load as this does.

const fs = require('fs');
const path = require('path');
const vm = require('vm');

function loadEngine(folder) {
  const file = path.join(folder, 'dist', 'mingo.min.js');
  const mingo = vm.runInThisContext(`(() => {${fs.readFileSync(file, 'utf8')}\nreturn mingo})()`, { filename: file });
  // No function that is given as a string is ever run: what an event smuggles in is data.
  const options = { scriptEnabled: false };
  return {
    filter: (query) => new mingo.Query(query, options),
    find: (documents, projection) => mingo.find(documents, {}, projection, options).all(),
    aggregate: (documents, stages, collectionResolver) => mingo.aggregate(documents, stages, { ...options, collectionResolver }),
    update: (document, changes, query) => mingo.update(document, changes, [], query, { queryOptions: options }),
  };
}

module.exports = { loadEngine };

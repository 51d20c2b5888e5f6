'use strict';
// mingo, with its operators looked up once. Its own entry points copy the table of all operators for each
// query, which takes longer than most queries do; so its parts are put together here.

const path = require('path');

function loadEngine(folder) {
  const part = (...names) => require(path.join(folder, 'cjs', ...names));
  const { ComputeOptions, Context } = part('core', '_internal.js');
  const { Query } = part('query.js');
  const { Aggregator } = part('aggregator.js');
  const { update } = part('updater.js');
  const context = Context.init({
    accumulator: part('operators', 'accumulator', 'index.js'),
    expression: part('operators', 'expression', 'index.js'),
    pipeline: part('operators', 'pipeline', 'index.js'),
    projection: part('operators', 'projection', 'index.js'),
    query: part('operators', 'query', 'index.js'),
    window: part('operators', 'window', 'index.js'),
  });
  let resolve = null; // collections for the aggregation that runs; it runs to its end without a pause
  // No function given as a string is ever run: what an event smuggles in is data.
  const options = ComputeOptions.init({ context, scriptEnabled: false, collectionResolver: (name) => resolve(name) });
  return {
    filter: (query) => new Query(query, options),
    find: (documents, projection) => new Query({}, options).find(documents, projection).all(),
    aggregate(documents, stages, resolver) {
      resolve = resolver;
      return new Aggregator(stages, options).run(documents);
    },
    update: (document, changes, query) => update(document, changes, [], query, { queryOptions: options }),
  };
}

module.exports = { loadEngine };

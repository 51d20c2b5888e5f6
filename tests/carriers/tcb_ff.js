'use strict';
// The real functions-framework with one function, which tells what it is called with.
// Arguments: the framework's folder, and the name of the header with the extended context.

const path = require('path');
const [framework, extendedContextKey] = process.argv.slice(2);
const { event, parseOptions } = require(framework);
const { createServer } = require(path.join(framework, 'build', 'server'));

event('', (sent, context) => ({ event: sent, context }));

const options = parseOptions(['--extendedContextKey', extendedContextKey], {});
const server = createServer(options, new Map());
server.listen(0, '127.0.0.1', () => console.log(server.address().port));

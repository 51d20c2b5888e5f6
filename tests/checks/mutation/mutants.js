'use strict';
// Reads the source of a handler, and writes its mutants: [[what was done, the line, the source], …].
// A guard is what decides whether a handler goes on: the condition of an if or of a ?:, each part of it that && or ||
// joins, and each condition of a query that finds documents.

const { parse } = require('acorn');

const QUERIES = new Set(['where', 'match']);

function* nodes(node) {
  if (node === null || typeof node !== 'object') return;
  if (Array.isArray(node)) { for (const one of node) yield* nodes(one); return; }
  if (typeof node.type === 'string') yield node;
  for (const [name, held] of Object.entries(node)) if (name !== 'loc') yield* nodes(held);
}

function* joined(test) {
  if (test.type === 'LogicalExpression' && test.operator !== '??') {
    yield test;
    yield* joined(test.left);
    yield* joined(test.right);
  }
  if (test.type === 'UnaryExpression') yield* joined(test.argument);
}

function* mutations(tree, text) {
  const said = ({ start, end }) => text.slice(start, end);
  for (const node of nodes(tree)) {
    if (node.type === 'IfStatement' || node.type === 'ConditionalExpression') {
      const test = said(node.test);
      yield [`no ${test}`, node.test, 'false'];
      yield [`not ${test}`, node.test, `!(${test})`];
      for (const both of joined(node.test)) {
        yield [`without ${said(both.left)}`, both, said(both.right)];
        yield [`without ${said(both.right)}`, both, said(both.left)];
      }
    }
    const query = node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && QUERIES.has(node.callee.property.name);
    const asked = query && node.arguments.length === 1 && node.arguments[0].type === 'ObjectExpression' ? node.arguments[0] : { properties: [] };
    for (const one of asked.properties) {
      const others = asked.properties.filter((other) => other !== one).map(said);
      yield [`find without ${said(one)}`, asked, `{ ${others.join(', ')} }`];
    }
  }
}

const text = require('fs').readFileSync(0, 'utf8');
const tree = parse(text, { ecmaVersion: 'latest', locations: true });
const mutants = [...mutations(tree, text)].map(([what, { start, end, loc }, instead]) => (
  [what.replace(/\s+/g, ' '), loc.start.line, text.slice(0, start) + instead + text.slice(end)]
));
process.stdout.write(JSON.stringify(mutants));

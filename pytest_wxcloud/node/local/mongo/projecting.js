'use strict';
// Projections: which fields of a document are shown. Those of aggregations compute new ones, too.

const { find } = require('../../originals');
const { refuse, unserved } = require('./failing');
const { compile } = require('./matching');
const { check, evaluate } = require('./expressions');
const { isDocument, isOperators, setField, typeName } = require('./values');

// A tree of the paths in `spec`; a leaf is true (shown), false (hidden) or {expression}.
function treeOf(spec, leafOf) {
  const tree = new Map();
  const add = (path, leaf) => {
    const parts = path.split('.');
    if (parts.includes('')) refuse(`FieldPath '${path}' must not be empty or have empty parts`);
    let at = tree;
    parts.forEach((part, i) => {
      if (part[0] === '$') refuse(`FieldPath field names may not start with '$', given '${part}'.`);
      if (i < parts.length - 1) {
        if (!at.has(part)) at.set(part, new Map());
        at = at.get(part);
        if (!(at instanceof Map)) refuse(`Invalid $project :: caused by :: Path collision at ${path}`);
      } else {
        if (at.has(part)) refuse(`Invalid $project :: caused by :: Path collision at ${path}`);
        at.set(part, leaf);
      }
    });
  };
  const walk = (fields, prefix) => {
    for (const name of Object.keys(fields)) {
      const value = fields[name];
      const isNested = isDocument(value) && !isOperators(value) && Object.keys(value).length > 0;
      if (isNested) walk(value, `${prefix}${name}.`);
      else add(`${prefix}${name}`, leafOf(value, `${prefix}${name}`));
    }
  };
  walk(spec, '');
  return tree;
}

function leavesOf(tree) {
  return [...tree.values()].flatMap((node) => (node instanceof Map ? leavesOf(node) : [node]));
}

// Whether the spec names what is hidden; `_id` may be said either way.
function hides(tree) {
  const others = new Map([...tree].filter(([name]) => name !== '_id'));
  const leaves = leavesOf(others.size > 0 ? others : tree);
  const hidden = leaves.filter((leaf) => leaf === false).length;
  if (hidden > 0 && hidden < leaves.length) {
    refuse(leaves[0] === false ? 'Invalid $project :: caused by :: Cannot do inclusion in exclusion projection' : 'Invalid $project :: caused by :: Cannot do exclusion in inclusion projection');
  }
  return hidden > 0;
}

function hide(value, tree) {
  if (Array.isArray(value)) return value.map((entry) => hide(entry, tree));
  if (!isDocument(value)) return value;
  const result = {};
  for (const name of Object.keys(value)) {
    const node = tree.get(name);
    if (node !== false) setField(result, name, node instanceof Map ? hide(value[name], node) : value[name]);
  }
  return result;
}

// Undefined when there is nothing to show.
function show(value, tree) {
  if (Array.isArray(value)) return value.map((entry) => show(entry, tree)).filter((entry) => entry !== undefined);
  if (!isDocument(value)) return undefined;
  const result = {};
  for (const name of Object.keys(value)) {
    const node = tree.get(name);
    const shown = node instanceof Map ? show(value[name], node) : node === true ? value[name] : undefined;
    if (shown !== undefined) setField(result, name, shown);
  }
  return result;
}

const computes = (node) => (node instanceof Map ? [...node.values()].some(computes) : typeof node === 'object');

// `shown` with the computed fields of `tree` in it; inside arrays in each entry.
function compute(shown, tree, scope) {
  if (Array.isArray(shown)) return shown.map((entry) => compute(entry, tree, scope));
  const result = isDocument(shown) ? { ...shown } : {};
  for (const [name, node] of tree) {
    if (!computes(node)) continue;
    const held = Object.hasOwn(result, name) ? result[name] : undefined;
    const value = node instanceof Map ? compute(held, node, scope) : evaluate(node.expression, scope);
    if (value === undefined) delete result[name];
    else setField(result, name, value);
  }
  return result;
}

function computed(expression) {
  check(expression);
  return { expression };
}

// A function of a document and the scope of its expressions.
function projection(spec) {
  if (!isDocument(spec)) refuse('$project specification must be an object');
  if (Object.keys(spec).length === 0) refuse('Invalid $project :: caused by :: projection specification must have at least one field');
  const tree = treeOf(spec, (value) => {
    if (typeof value === 'boolean' || typeof value === 'number') return value !== false && value !== 0;
    return computed(value);
  });
  if (hides(tree)) return (document) => hide(document, tree);
  if (!tree.has('_id')) tree.set('_id', true);
  return computes(tree) ? (document, scope) => compute(show(document, tree), tree, scope) : (document) => show(document, tree);
}

// `$addFields`: the same with everything shown.
function addition(spec) {
  if (!isDocument(spec)) refuse(`$addFields specification stage must be an object, got ${typeName(spec)}`);
  if (Object.keys(spec).length === 0) refuse('Invalid $addFields :: caused by :: specification must have at least one field');
  const tree = treeOf(spec, computed);
  return (document, scope) => compute(document, tree, scope);
}

function sliced(operand) {
  const bounds = Array.isArray(operand) ? operand : [operand];
  if (bounds.length > 2 || !bounds.every(Number.isInteger)) refuse('$slice in a projection takes one or two whole numbers');
  const [first, count] = bounds;
  if (bounds.length === 2 && count <= 0) refuse('First argument to $slice must be positive when there are two');
  return (array) => {
    if (!Array.isArray(array)) return array;
    if (bounds.length === 1) return first < 0 ? array.slice(first) : array.slice(0, first);
    const from = first < 0 ? Math.max(0, array.length + first) : first;
    return array.slice(from, from + count);
  };
}

// The projection of a query: fields are shown or hidden; `$slice` and `$elemMatch` show parts of an array.
function selection(spec, context) {
  const cuts = new Map();
  const plain = {};
  for (const path of Object.keys(spec)) {
    const value = spec[path];
    if (path.endsWith('.$')) unserved(`$ in the projection ${path}`);
    if (!isOperators(value)) {
      if (typeof value !== 'boolean' && typeof value !== 'number') unserved(`a projection by ${JSON.stringify(value)}`);
      plain[path] = value;
      continue;
    }
    const [name] = Object.keys(value);
    if (path.includes('.') || !['$slice', '$elemMatch'].includes(name)) unserved(`${name} in the projection of ${path}`);
    if (name === '$elemMatch') plain[path] = 1;
    cuts.set(path, name === '$slice' ? sliced(value.$slice) : firstOf(value.$elemMatch, context));
  }
  const shown = Object.keys(plain).length > 0 ? projection(withSlices(plain, cuts)) : (document) => document;
  return (document) => {
    const result = { ...shown(document) };
    for (const [path, cut] of cuts) {
      const part = cut(result[path]);
      if (part === undefined) delete result[path];
      else result[path] = part;
    }
    return result;
  };
}

// A sliced field is shown, whatever else is.
function withSlices(plain, cuts) {
  const shows = Object.keys(plain).some((path) => path !== '_id' && plain[path] !== 0 && plain[path] !== false);
  if (!shows) return plain;
  return { ...plain, ...Object.fromEntries([...cuts.keys()].map((path) => [path, 1])) };
}

function firstOf(operand, context) {
  const matches = compile({ array: { $elemMatch: operand } }, context);
  return (array) => {
    const found = Array.isArray(array) ? find(array, (entry) => matches({ array: [entry] })) : undefined;
    return found === undefined ? undefined : [found];
  };
}

module.exports = { addition, projection, selection };

'use strict';
// Updates: makes a new document of one and the changes to it.

const { refuse, unserved } = require('./failing');
const { FINDING, MAKING } = require('./modifiers');
const { pathsFor, placeOf } = require('./places');
const { clone, equal, isDocument, shown, typeName } = require('./values');

// No two changes may be on one path, or on one and what is in it.
function checkConflicts(paths) {
  const seen = new Set();
  for (const path of paths) {
    if (seen.has(path)) refuse(`Updating the path '${path}' would create a conflict at '${path}'`);
    seen.add(path);
  }
  for (const path of paths) {
    for (let at = path.lastIndexOf('.'); at > 0; at = path.lastIndexOf('.', at - 1)) {
      const above = path.slice(0, at);
      if (seen.has(above)) refuse(`Updating the path '${path}' would create a conflict at '${above}'`);
    }
  }
}

// [{path, change, makes, renames}] of the operators in `changes`.
function stepsOf(changes, info) {
  if (!isDocument(changes)) refuse('an update must be an object');
  const steps = [];
  const paths = [];
  for (const operator of Object.keys(changes)) {
    const makes = Object.hasOwn(MAKING, operator);
    if (!makes && !Object.hasOwn(FINDING, operator)) unserved(operator);
    const fields = changes[operator];
    if (!isDocument(fields)) refuse(`Modifiers operate on fields but we found type ${typeName(fields)} instead. For example: {$mod: {<field>: ...}} not {${operator}: ${shown(fields)}}`);
    for (const path of Object.keys(fields)) {
      const change = (makes ? MAKING : FINDING)[operator](fields[path], { ...info, path });
      steps.push({ path, change, makes, renames: operator === '$rename' });
      paths.push(path);
      if (operator === '$rename') paths.push(fields[path]);
    }
  }
  checkConflicts(paths);
  return steps;
}

// A function of a document that answers a new one. `query` is what selects the documents, for `$` in
// paths; `now` is the time for $currentDate.
function updater(changes, { query, context, now }) {
  const steps = stepsOf(changes, { context, now });
  return (document) => {
    const result = clone(document);
    for (const { path, change, makes, renames } of steps) {
      for (const parts of pathsFor(result, path, query, context)) {
        const place = placeOf(result, parts, makes);
        if (place !== undefined || renames) change(place, { document: result, path: parts.join('.') });
      }
    }
    if (!equal(result._id, document._id)) refuse("Performing an update on the path '_id' would modify the immutable field '_id'");
    return clone(result); // a value may have been put at several places
  };
}

module.exports = { updater };

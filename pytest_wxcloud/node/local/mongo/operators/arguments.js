'use strict';
// How operators get their arguments, and refuse those that MongoDB refuses.

const { refuse } = require('../failing');
const { isDocument, isMissing, typeName } = require('../values');

// An operator of `least` to `most` arguments; a lone one needs no list around it.
function taking(name, least, most, action) {
  return (operand, evaluate) => {
    const given = Array.isArray(operand) ? operand : [operand];
    if (given.length < least || given.length > most) {
      const count = least === most ? `exactly ${least}` : `at least ${least} arguments, and at most ${most}`;
      refuse(`Expression ${name} takes ${count} arguments. ${given.length} were passed in.`);
    }
    return action(...given.map(evaluate));
  };
}

// The same, but nothing else is evaluated when the first is missing: the answer is null then.
function takingPresent(name, least, most, action) {
  const whole = taking(name, least, most, action);
  return (operand, evaluate) => {
    if (!Array.isArray(operand) || operand.length === 0) return whole(operand, evaluate);
    const first = evaluate(operand[0]);
    return isMissing(first) ? null : whole(operand, (one) => (one === operand[0] ? first : evaluate(one)));
  };
}

// As many operators as there are functions of one number; what is missing is null.
const ofNumber = (name, action) => taking(name, 1, 1, (value) => {
  if (isMissing(value)) return null;
  if (typeof value !== 'number') refuse(`${name} only supports numeric types, not ${typeName(value)}`);
  return action(value);
});

// An operator of which the arguments are named: `action` gets them evaluated, in an object.
function naming(name, required, optional, action) {
  const known = new Set([...required, ...optional]);
  return (operand, evaluate, scope) => {
    if (!isDocument(operand)) refuse(`${name} only supports an object as its argument`);
    for (const key of Object.keys(operand)) if (!known.has(key)) refuse(`Unrecognized argument to ${name}: ${key}`);
    for (const key of required) if (!Object.hasOwn(operand, key)) refuse(`Missing '${key}' parameter to ${name}`);
    const values = {};
    for (const key of Object.keys(operand)) values[key] = evaluate(operand[key]);
    return action(values, operand, scope);
  };
}

function checkArray(name, value, what = 'argument') {
  if (!Array.isArray(value)) refuse(`${name}'s ${what} must be an array, but is ${typeName(value)}`);
}

function checkString(name, value, what = 'argument') {
  if (typeof value !== 'string') refuse(`${name} requires a string ${what}, found: ${typeName(value)}`);
}

function checkInteger(name, value, what = 'argument') {
  if (!Number.isInteger(value)) refuse(`${name} requires an integral ${what}, found a value of type: ${typeName(value)}, with value: ${JSON.stringify(value)}`);
}

module.exports = { checkArray, checkInteger, checkString, naming, ofNumber, taking, takingPresent };

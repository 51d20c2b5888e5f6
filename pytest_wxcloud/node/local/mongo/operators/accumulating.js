'use strict';
// What $group, $bucket and $bucketAuto make of the values of many documents, undefined where one has none.
// Some are also expressions, of several arguments or of one that is a list.

const { refuse } = require('../failing');
const { compare, isMissing, isDocument, setField, typeName } = require('../values');
const { unique } = require('./arrays');

const numbersIn = (values) => values.filter((value) => typeof value === 'number');

// With what each addition rounds off added in the end, as MongoDB does it.
function sum(values) {
  let [total, lost] = [0, 0];
  for (const value of numbersIn(values)) {
    const next = total + value;
    if (Number.isFinite(next)) lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

function average(values) {
  const numbers = numbersIn(values);
  return numbers.length === 0 ? null : sum(numbers) / numbers.length;
}

function extreme(values, sign) {
  let found = null;
  for (const value of values) if (!isMissing(value) && (found === null || sign * compare(value, found) > 0)) found = value;
  return found;
}

function deviation(values, least) {
  const numbers = numbersIn(values);
  if (numbers.length < least) return null;
  const mean = average(numbers);
  return Math.sqrt(sum(numbers.map((value) => (value - mean) ** 2)) / (numbers.length - least + 1));
}

function merge(values) {
  const result = {};
  for (const value of values) {
    if (isMissing(value)) continue;
    if (!isDocument(value)) refuse(`$mergeObjects requires object inputs, but input ${JSON.stringify(value)} is of type ${typeName(value)}`);
    for (const name of Object.keys(value)) setField(result, name, value[name]);
  }
  return result;
}

const orNull = (value) => (value === undefined ? null : value);
const EITHER = {
  $sum: sum,
  $avg: average,
  $min: (values) => extreme(values, -1),
  $max: (values) => extreme(values, 1),
  $stdDevPop: (values) => deviation(values, 1),
  $stdDevSamp: (values) => deviation(values, 2),
};

function asExpression(action) {
  return (operand, evaluate) => {
    const given = Array.isArray(operand) ? operand.map(evaluate) : evaluate(operand);
    const values = Array.isArray(operand) && given.length === 1 ? given[0] : given;
    return action(Array.isArray(values) ? values : [values]);
  };
}

module.exports = {
  ACCUMULATORS: {
    ...EITHER,
    $first: (values) => orNull(values[0]),
    $last: (values) => orNull(values[values.length - 1]),
    $push: (values) => values.filter((value) => value !== undefined),
    $addToSet: (values) => unique(values.filter((value) => value !== undefined)),
    $mergeObjects: merge,
    $count: (values) => values.length,
  },
  OPERATORS: Object.fromEntries(Object.keys(EITHER).map((name) => [name, asExpression(EITHER[name])])),
};

'use strict';
// Arithmetic and comparison.

const { refuse } = require('../failing');
const { compare, isMissing, typeName } = require('../values');
const { ofNumber, taking } = require('./arguments');

const isDate = (value) => value instanceof Date;

function add(...values) {
  if (values.some(isMissing)) return null;
  let sum = 0;
  for (const value of values) {
    if (typeof value !== 'number' && !isDate(value)) refuse(`$add only supports numeric or date types, not ${typeName(value)}`);
    sum += Number(value);
  }
  const dates = values.filter(isDate).length;
  if (dates > 1) refuse('only one date allowed in an $add expression');
  return dates === 1 ? new Date(Math.round(sum)) : sum;
}

function subtract(one, other) {
  if (isMissing(one) || isMissing(other)) return null;
  if (isDate(one) && (isDate(other) || typeof other === 'number')) {
    return isDate(other) ? one.getTime() - other.getTime() : new Date(one.getTime() - Math.round(other));
  }
  if (typeof one !== 'number' || typeof other !== 'number') refuse(`can't $subtract ${typeName(other)} from ${typeName(one)}`);
  return one - other;
}

function multiply(...values) {
  if (values.some(isMissing)) return null;
  for (const value of values) if (typeof value !== 'number') refuse(`$multiply only supports numeric types, not ${typeName(value)}`);
  return values.reduce((product, value) => product * value, 1);
}

// Two numbers, or null for what is missing.
const ofTwo = (name, action) => taking(name, 2, 2, (one, other) => {
  if (isMissing(one) || isMissing(other)) return null;
  if (typeof one !== 'number' || typeof other !== 'number') refuse(`${name} only supports numeric types, not ${typeName(one)} and ${typeName(other)}`);
  return action(one, other);
});

function divide(one, other) {
  if (other === 0) refuse("can't $divide by zero");
  return one / other;
}

function remainder(one, other) {
  if (other === 0) refuse("can't $mod by zero");
  return one % other;
}

function logarithm(value, base) {
  if (value <= 0) refuse(`$log's argument must be a positive number, but is ${value}`);
  if (base <= 0 || base === 1) refuse(`$log's base must be a positive number not equal to 1, but is ${base}`);
  return Math.log(value) / Math.log(base);
}

function positive(name, action) {
  return ofNumber(name, (value) => (value > 0 || Number.isNaN(value) ? action(value) : refuse(`${name}'s argument must be a positive number, but is ${value}`)));
}

// Halves go to the even neighbour. The decimals are shifted in text, where no digit is lost.
function round(value, places) {
  if (!Number.isFinite(value) || Number.isInteger(value) && places >= 0) return value;
  const shift = (number, by) => {
    const [digits, exponent = 0] = String(number).split('e');
    return Number(`${digits}e${Number(exponent) + by}`);
  };
  const shifted = shift(value, places);
  const below = Math.floor(shifted);
  const half = shifted - below === 0.5;
  return shift(half ? below + Math.abs(below % 2) : Math.round(shifted), -places);
}

function truncate(value, places) {
  if (!Number.isFinite(value) || places === 0) return Math.trunc(value);
  const factor = 10 ** Math.abs(places);
  return places > 0 ? Math.trunc(value * factor) / factor : Math.trunc(value / factor) * factor;
}

const toPlaces = (name, action) => taking(name, 1, 2, (value, places = 0) => {
  if (isMissing(value) || places === null) return null;
  if (typeof value !== 'number') refuse(`${name} only supports numeric types, not ${typeName(value)}`);
  if (!Number.isInteger(places) || places < -20 || places > 100) refuse(`cannot apply ${name} with precision value ${places}`);
  return action(value, places);
});

function squareRoot(value) {
  return value < 0 ? refuse("$sqrt's argument must be greater than or equal to 0") : Math.sqrt(value);
}

function power(base, exponent) {
  return base === 0 && exponent < 0 ? refuse("$pow cannot take a base of 0 and a negative exponent") : base ** exponent;
}

const comparing = (name, decide) => taking(name, 2, 2, (one, other) => decide(compare(one, other)));

module.exports = {
  $abs: ofNumber('$abs', Math.abs),
  $add: taking('$add', 0, Infinity, add),
  $ceil: ofNumber('$ceil', Math.ceil),
  $divide: ofTwo('$divide', divide),
  $exp: ofNumber('$exp', Math.exp),
  $floor: ofNumber('$floor', Math.floor),
  $ln: positive('$ln', Math.log),
  $log: ofTwo('$log', logarithm),
  $log10: positive('$log10', Math.log10),
  $mod: ofTwo('$mod', remainder),
  $multiply: taking('$multiply', 0, Infinity, multiply),
  $pow: ofTwo('$pow', power),
  $round: toPlaces('$round', round),
  $sqrt: ofNumber('$sqrt', squareRoot),
  $subtract: taking('$subtract', 2, 2, subtract),
  $trunc: toPlaces('$trunc', truncate),
  $cmp: comparing('$cmp', (order) => order),
  $eq: comparing('$eq', (order) => order === 0),
  $ne: comparing('$ne', (order) => order !== 0),
  $gt: comparing('$gt', (order) => order > 0),
  $gte: comparing('$gte', (order) => order >= 0),
  $lt: comparing('$lt', (order) => order < 0),
  $lte: comparing('$lte', (order) => order <= 0),
};

'use strict';
// Every operator that evaluates all of its arguments: name → function of the operand, of `evaluate` and the scope.

module.exports = {
  OPERATORS: {
    ...require('./arithmetic'),
    ...require('./arrays').OPERATORS,
    ...require('./strings'),
    ...require('./types').OPERATORS,
    ...require('./dates'),
    ...require('./accumulating').OPERATORS,
  },
};

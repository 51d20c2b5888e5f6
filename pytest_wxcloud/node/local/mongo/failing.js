'use strict';
// How the engine refuses.

// What MongoDB refuses too, in its words.
class Refusal extends Error {}

// What MongoDB knows and this engine does not, or nobody knows: it fails the test by its name.
class Unknown extends Error {
  constructor(what) {
    super(`the local database does not serve ${what}`);
    this.what = what;
  }
}

function refuse(message) {
  throw new Refusal(message);
}

function unserved(what) {
  throw new Unknown(what);
}

module.exports = { Refusal, Unknown, refuse, unserved };

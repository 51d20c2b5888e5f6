'use strict';
// What happened to documents and files, kept on disk: a function may take the process down at any time, and on the
// platform that costs none of them. The next process reads it and goes on from there.

const fs = require('fs');
const { decode, encode } = require('./ejson');

const LARGE = 16 * 1024 * 1024; // bytes after which the file is written anew when nothing refers back

class Journal {
  constructor(file) {
    this.descriptor = fs.openSync(file, 'a+');
    this.lines = '';
    this.size = 0;
    this.replaying = false;
  }

  add(...entry) {
    if (!this.replaying) this.lines += encode(entry) + '\n';
  }

  // Write what was added. To be called before a function goes on.
  flush() {
    if (this.lines === '') return;
    this.size += fs.writeSync(this.descriptor, this.lines);
    this.lines = '';
  }

  // Do again what the file tells. `steps` maps the name of an entry to what does it.
  replay(steps) {
    this.replaying = true;
    try {
      for (const line of fs.readFileSync(this.descriptor, 'utf8').split('\n')) {
        if (line === '') continue;
        const [name, ...details] = decode(line);
        steps[name](...details);
      }
    } finally {
      this.replaying = false;
    }
  }

  // Start over with `entries`, if the file has grown large.
  compact(entries) {
    if (this.size < LARGE) return;
    fs.ftruncateSync(this.descriptor);
    this.size = 0;
    for (const entry of entries()) this.add(...entry);
    this.flush();
  }
}

module.exports = { Journal };

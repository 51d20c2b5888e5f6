'use strict';
// The bytes of files, in a folder beside the journal, each under the name of its SHA-256. So a snapshot holds no
// bytes, and a function that takes the process down takes no file along. The test reads and writes there too.

const { createHash } = require('crypto');
const { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } = require('fs');
const { join } = require('path');

const MUCH = 64 * 1024 * 1024; // bytes written after which what nobody has any more is removed

class Contents {
  constructor(folder) {
    this.folder = folder;
    this.kept = new Set(); // digests of what is surely there
    this.size = 0;
  }

  // Keep `bytes`; answers the name to read them by.
  keep(bytes) {
    const digest = createHash('sha256').update(bytes).digest('hex');
    if (!this.kept.has(digest)) {
      mkdirSync(this.folder, { recursive: true });
      writeFileSync(join(this.folder, digest), bytes);
      this.written(digest, bytes.length);
    }
    return digest;
  }

  written(digest, size) {
    this.kept.add(digest);
    this.size += size;
  }

  read(digest) { return readFileSync(join(this.folder, digest)); }

  // Remove all but `used`, if there is much.
  sweep(used) {
    if (this.size < MUCH) return;
    const wanted = new Set(used);
    for (const digest of readdirSync(this.folder)) if (!wanted.has(digest)) rmSync(join(this.folder, digest));
    this.kept = wanted;
    this.size = 0;
  }
}

module.exports = { Contents };

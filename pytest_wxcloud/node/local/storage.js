'use strict';
// The local cloud storage: which files there are. As in the database, a Map that a snapshot holds is copied
// before the first write, so a snapshot costs nothing and changes are found by comparing.

class Storage {
  // `journal` is told each change.
  constructor(contents, journal) {
    this.contents = contents;
    this.journal = journal;
    this.files = new Map(); // key (see file_ids.js) → digest of its content
    this.held = false; // whether a snapshot holds the Map
    this.uploads = new Map(); // token → key, of the uploads that were asked for
    this.asked = 0; // tokens made so far
  }

  snapshot() {
    this.held = true;
    return this.files;
  }

  // An upload that was asked for before cannot be made any more: what an earlier test left running
  // changes nothing.
  restore(files) {
    this.files = files;
    this.held = true;
    this.uploads.clear();
  }

  has(key) { return this.files.has(key); }

  read(key) { return this.contents.read(this.files.get(key)); }

  put(key, bytes) { this.set(key, this.contents.keep(bytes)); }

  set(key, digest) {
    this.writing().set(key, digest);
    this.journal.add('file', key, digest);
  }

  drop(key) {
    this.writing().delete(key);
    this.journal.add('unfile', key);
  }

  writing() {
    if (this.held) {
      this.files = new Map(this.files);
      this.held = false;
    }
    return this.files;
  }

  // A token with which the file can be uploaded.
  allowUpload(key) {
    this.asked += 1;
    const token = `upload-${this.asked}`;
    this.uploads.set(token, key);
    return token;
  }

  // Free what no file has. To be called when no snapshot is held.
  sweep() { this.contents.sweep(this.files.values()); }
}

// What differs between two snapshots: [key, digest before, digest after], null for none.
function changesBetween(before, after) {
  const changes = [];
  if (before === after) return changes;
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(key), after.get(key)];
    if (was !== is) changes.push([key, was || null, is || null]);
  }
  return changes;
}

module.exports = { Storage, changesBetween };

'use strict';
// Packages are read and compiled once, and run anew for each function: every instance has modules of its
// own, made by the same compiled code. An SDK is four hundred files; compiling them is most of loading it.
//
// Only plain CommonJS files below node_modules, as they are on disk now. Whatever else there is (a
// function's own files, ES modules, what is no JavaScript) is left to Node.

const Module = require('module');
const fs = require('fs');
const path = require('path');
const { Script } = require('vm');
const { apply, hasOwn, indexOf, mapGet, mapSet } = require('./originals');

const BELOW = `${path.sep}node_modules${path.sep}`;
const HEAD = '(function (exports, require, module, __filename, __dirname) { '; // as Node wrote it for long
const TAIL = '\n})';
const IMPORTS = /\bimport\s*(?:[(.]|\/[*/])/; // import(…) asks Node's loader, which knows only what Node compiled

const { dirname } = path;
const { statSync } = fs;
const { exec } = RegExp.prototype;
const { runInThisContext } = Script.prototype;

const texts = new Map(); // file → { stamp, content, format }, as Node read it
const scripts = new Map(); // file → { content, script }

// Says whether a file is still what it was; undefined for one that is not there.
function stampOf(file) {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats && `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
}

// undefined for what Node has to compile.
function compiled(content, file, format) {
  const known = mapGet(scripts, file);
  if (known !== undefined && known.content === content) return known.script;
  if (indexOf(file, BELOW) === -1 || (format !== undefined && format !== 'commonjs')) return undefined;
  if (apply(exec, IMPORTS, [content]) !== null) return undefined;
  try {
    const script = new Script(HEAD + content + TAIL, { filename: file, columnOffset: -HEAD.length });
    mapSet(scripts, file, { content, script });
    return script;
  } catch {
    return undefined; // Node says what is wrong with it, or takes it for an ES module
  }
}

// As Node makes it for each module.
function requireOf(module) {
  const require = function require(id) { return module.require(id); };
  require.resolve = function resolve(request, options) { return Module._resolveFilename(request, module, false, options); };
  require.resolve.paths = function paths(request) { return Module._resolveLookupPaths(request, module); };
  require.main = process.mainModule;
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  return require;
}

function install() {
  const nodesCompile = Module.prototype._compile;
  const nodesJavaScript = Module._extensions['.js'];

  Module.prototype._compile = function _compile(content, file, format) {
    const script = compiled(content, file, format);
    if (script === undefined) return apply(nodesCompile, this, [content, file, format]);
    return apply(apply(runInThisContext, script, []), this.exports, [this.exports, requireOf(this), this, file, dirname(file)]);
  };

  Module._extensions['.js'] = function (module, file) {
    if (indexOf(file, BELOW) === -1) return apply(nodesJavaScript, this, [module, file]);
    const stamp = stampOf(file);
    const known = mapGet(texts, file);
    if (known !== undefined && known.stamp === stamp) return module._compile(known.content, file, known.format);
    const own = hasOwn(module, '_compile') ? module._compile : undefined; // a function's, which has replaced it
    module._compile = function (content, name, format) {
      if (own === undefined) delete module._compile;
      else module._compile = own;
      if (stamp !== undefined) mapSet(texts, file, { stamp, content, format });
      return module._compile(content, name, format);
    };
    return apply(nodesJavaScript, this, [module, file]);
  };
}

module.exports = { install };

'use strict';
// The names of a file: its key here, the fileID that functions keep, and its addresses. A fileID is
// cloud://<environment>.<bucket>/<path>, where the bucket's name holds the environment's and the number of the
// account that pays for it.

const { find } = require('../originals');

const ACCOUNT = '1250000000';
const DOWNLOADS = '.tcb.qcloud.la';
const UPLOADS = '.cos.ap-shanghai.myqcloud.com';
const LONGEST = 850; // bytes of a path (docs)

// An environment as it may stand in a host name. Functions under test name one that is not there yet ("你的环境ID").
const plain = (name) => (/^[a-z0-9_-]+$/.test(name) ? name : `env--${Buffer.from(name).toString('hex')}`);

const keyOf = (environment, path) => `${plain(environment)}/${path}`;
const pathOf = (key) => key.slice(key.indexOf('/') + 1);
const environmentOf = (key) => key.slice(0, key.indexOf('/'));

function bucketOf(key) {
  const environment = environmentOf(key);
  return `${Buffer.from(environment.slice(0, 2)).toString('hex')}-${environment}-${ACCOUNT}`;
}

const fileIdOf = (key) => `cloud://${environmentOf(key)}.${bucketOf(key)}/${pathOf(key)}`;

// The key of a fileID, undefined if it is none. Of the bucket nothing depends: a fileID that was copied from the
// platform has another number in it.
function keyOfFileId(fileId) {
  const parts = /^cloud:\/\/([^/.]+)(?:\.[^/]*)?\/(.+)$/s.exec(fileId);
  return parts === null ? undefined : keyOf(parts[1], parts[2]);
}

// What is wrong with a path, by the rules that the docs give; undefined if nothing is.
function faultOf(path) {
  if (typeof path !== 'string' || path === '') return 'is empty';
  if (path.startsWith('/')) return 'starts with /';
  if (path.includes('//')) return 'has // in it';
  if (Buffer.byteLength(path) > LONGEST) return `is longer than ${LONGEST} bytes`;
  return undefined;
}

// As a part of an address, otherwise unencoded: that is left to the SDK, which encodes every address.
const escaped = (path) => path.replace(/[%?#]/g, encodeURIComponent);
const downloadAddress = (key) => `https://${bucketOf(key)}${DOWNLOADS}/${escaped(pathOf(key))}`;
const uploadAddress = (key) => `https://${bucketOf(key)}${UPLOADS}/${encodeURI(pathOf(key))}`;

const BUCKET = new RegExp(`^[0-9a-f]+-(.+)-${ACCOUNT}$`);

// What a host is for: {environment, uploads}; undefined for a host that is not ours.
function hostOf(name) {
  const ending = find([DOWNLOADS, UPLOADS], (one) => name.endsWith(one));
  const parts = ending === undefined ? null : BUCKET.exec(name.slice(0, -ending.length));
  return parts === null ? undefined : { environment: parts[1], uploads: ending === UPLOADS };
}

module.exports = { downloadAddress, faultOf, fileIdOf, hostOf, keyOf, keyOfFileId, pathOf, uploadAddress };

'use strict';
// What the SDK asks about files. Source: the requests of @cloudbase/node-sdk 2.9.1, 2.10.0 and 3.17.2; the
// bytes themselves travel by HTTP, see storage_http.js.

const { createHash } = require('crypto');
const { downloadAddress, faultOf, fileIdOf, keyOf, keyOfFileId, uploadAddress } = require('./file_ids');
const { invalid } = require('./failures');

const MOST = 50; // files in one request (docs)

const list = (given) => {
  if (!Array.isArray(given) || given.length > MOST) throw invalid(`fileList must be a list of at most ${MOST} files`);
  return given;
};

function getUploadMetadata(cloud, { path, envName }) {
  const fault = faultOf(path);
  if (fault !== undefined) throw invalid(`cloudPath ${fault}`);
  const key = keyOf(envName || cloud.environmentId(), path);
  const token = cloud.storage.allowUpload(key);
  const fileId = fileIdOf(key);
  const cosFileId = Buffer.from(fileId).toString('base64'); // it becomes a header
  return { data: { url: uploadAddress(key), token, authorization: `q-sign-algorithm=local&q-signature=${token}`, fileId, cosFileId } };
}

// Why a file cannot be had, as its entry tells it; undefined if it can. The texts are the SDK's own for the codes;
// the platform's are unknown, and so is what it says of another environment's file.
function refusalOf(cloud, fileId) {
  const key = typeof fileId === 'string' ? keyOfFileId(fileId) : undefined;
  if (key === undefined) return { code: 'INVALID_PARAM', message: 'invalid fileID' };
  return cloud.storage.has(key) ? undefined : { code: 'STORAGE_FILE_NONEXIST', message: 'storage file not exist' };
}

const signatureOf = (key, expires) => createHash('md5').update(`${key} until ${expires}`).digest('hex');

// An address without an age is for ever, as it is under the permissions that a new bucket has (everybody may
// read); one with an age answers that many seconds long.
function addressOf(key, age, now) {
  const address = downloadAddress(key);
  if (!(age > 0)) return address;
  const expires = Math.floor(now / 1000) + Math.floor(age);
  return `${address}?sign=${signatureOf(key, expires)}&t=${expires}`;
}

function batchGetDownloadUrl(cloud, { file_list: files }) {
  const download_list = list(files).map(({ fileid: fileID, max_age: maxAge }) => {
    const refusal = refusalOf(cloud, fileID);
    if (refusal !== undefined) return { ...refusal, fileID, tempFileURL: '' };
    return { code: 'SUCCESS', fileID, tempFileURL: addressOf(keyOfFileId(fileID), maxAge, cloud.now()), maxAge };
  });
  return { data: { download_list } };
}

function batchDeleteFile(cloud, { fileid_list: fileIds }) {
  const delete_list = list(fileIds).map((fileID) => {
    const refusal = refusalOf(cloud, fileID);
    if (refusal !== undefined) return { ...refusal, fileID };
    cloud.storage.drop(keyOfFileId(fileID));
    return { code: 'SUCCESS', fileID };
  });
  return { data: { delete_list } };
}

module.exports = {
  signatureOf,
  handlers: {
    'storage.getUploadMetadata': getUploadMetadata,
    'storage.batchGetDownloadUrl': batchGetDownloadUrl,
    'storage.batchDeleteFile': batchDeleteFile,
  },
};

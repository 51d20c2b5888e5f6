'use strict';
// The storage as its HTTP hosts answer: uploads by PUT or by form, downloads. A request is
// {method, url, headers, body}, an answer {status, headers, body}.

const { find } = require('../originals');
const { hostOf, keyOf } = require('./file_ids');
const { fieldsOf } = require('./form');
const { signatureOf } = require('./storage_actions');

const TYPES = {
  png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp', svg: 'image/svg+xml',
  mp3: 'audio/mpeg', mp4: 'video/mp4', json: 'application/json', pdf: 'application/pdf', txt: 'text/plain', html: 'text/html', csv: 'text/csv',
};

const typeOf = (path) => TYPES[path.slice(path.lastIndexOf('.') + 1).toLowerCase()] || 'application/octet-stream';

function refusal(status, code, message) {
  const body = `<?xml version='1.0' encoding='utf-8' ?>\n<Error>\n\t<Code>${code}</Code>\n\t<Message>${message}</Message>\n\t<RequestId>local</RequestId>\n\t<TraceId>local</TraceId>\n</Error>\n`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}

function upload(cloud, { method, headers, body }) {
  const fields = method === 'POST' ? fieldsOf(body, headers['content-type']) : { ...headers, file: body };
  const key = cloud.storage.uploads.get(`${fields['x-cos-security-token']}`);
  if (key === undefined || fields.file === undefined) return refusal(403, 'AccessDenied', 'Access Denied.');
  cloud.storage.put(key, fields.file);
  return { status: method === 'POST' ? 204 : 200, headers: {}, body: '' };
}

const decoded = (text) => { try { return decodeURIComponent(text); } catch { return text; } };

function download(cloud, environment, url) {
  const once = decoded(url.pathname.slice(1));
  const keys = [once, decoded(once)].map((path) => keyOf(environment, path)); // the SDK encodes what is encoded again
  const [sign, expires] = [url.searchParams.get('sign'), url.searchParams.get('t')];
  const signed = sign === null ? keys : keys.filter((key) => signatureOf(key, expires) === sign);
  if (signed.length === 0 || (sign !== null && cloud.now() >= expires * 1000)) return refusal(403, 'AccessDenied', 'Request has expired.');
  const key = find(signed, (one) => cloud.storage.has(one));
  if (key === undefined) return refusal(404, 'NoSuchKey', 'The specified key does not exist.');
  return { status: 200, headers: { 'content-type': typeOf(key) }, body: cloud.storage.read(key) };
}

// What one of the storage's hosts answers.
function answer(cloud, request) {
  const { environment, uploads } = hostOf(request.url.hostname);
  const wanted = uploads ? ['PUT', 'POST'] : ['GET', 'HEAD'];
  if (!wanted.includes(request.method)) return refusal(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.');
  return uploads ? upload(cloud, request) : download(cloud, environment, request.url);
}

module.exports = { answer, serves: (host) => hostOf(host) !== undefined };

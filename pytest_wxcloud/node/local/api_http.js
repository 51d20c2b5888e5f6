'use strict';
// The local cloud at the addresses that SDKs send their requests to, for an SDK that cannot be intercepted: one
// that a bundler has put inside the function's own file. Every generation of the SDK is reached so, also those
// that cannot be told another address (TCB_CONTEXT_CNFG is unknown to 2.1.2 and to tcb-admin-node). A request is
// {method, url, headers, body}, an answer {status, headers, body}.

const { fieldsOf } = require('./form');

// Source: tcb-admin-node, and @cloudbase/node-sdk 2.x and 3.x, inside the platform and outside.
const HOST = /(^|\.)tcb-(admin|open|api)\.(tencentcloudapi|tencentyun)\.com$/;
const BINARY = 'requestData'; // an open API's, protobuf
const { parse, stringify } = JSON;

function paramsOf({ headers, body }) {
  const type = headers['content-type'] || '';
  if (!type.startsWith('multipart/form-data')) return parse(body.toString('utf8'));
  const params = {};
  for (const [name, value] of Object.entries(fieldsOf(body, type))) params[name] = name === BINARY ? value : value.toString('utf8');
  return params;
}

// What one of these hosts answers.
async function answer(cloud, request) {
  let params;
  try { params = paramsOf(request); } catch { params = {}; }
  if (params === null || typeof params.action !== 'string') {
    const { host, pathname } = request.url;
    params = { action: `${request.method} ${host}${pathname}` }; // which is told as not served
  }
  const body = await cloud.answer(params);
  if (Buffer.isBuffer(body)) return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body };
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: stringify(body) };
}

module.exports = { answer, serves: (host) => HOST.test(host) };

'use strict';
// Open APIs and cloudPay. The test answers them, so the harness is asked; it reads and writes what is on the
// wire. Source: the requests of wx-server-sdk 2.6.3, 3.0.4 and 4.0.2.

const { Unserved, invalid } = require('./failures');

// `wire` is how the SDK writes the request and reads the answer: protobuf, pay or json.
async function ask(cloud, wire, { apiName, requestData }) {
  if (!Buffer.isBuffer(requestData) && typeof requestData !== 'string') throw invalid('requestData must be a Buffer');
  const request = Buffer.from(requestData).toString('base64');
  const told = await cloud.ask({ kind: 'openapi', name: apiName, wire, request });
  if (told.unserved !== undefined) throw new Unserved(told.unserved);
  return told;
}

const bodyOf = (told) => (told.body === undefined ? told : Buffer.from(told.body, 'base64'));

module.exports = {
  'wx.openApi': async (cloud, request) => bodyOf(await ask(cloud, 'protobuf', request)),
  'wx.wxPayApi': async (cloud, request) => bodyOf(await ask(cloud, 'pay', request)),
  // `cloud.callOpenAPI`, and node-sdk's own
  async 'wx.api'(cloud, request) {
    const told = await ask(cloud, 'json', { ...request, requestData: request.requestData || '{}' });
    return told.body === undefined ? told : { data: { responseData: bodyOf(told).toString() } };
  },
};

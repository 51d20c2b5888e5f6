'use strict'
// The careful unit test of removeTodoUnsafe that one would write with jest.mock('wx-server-sdk'); here
// with what Node brings along. It asks all the right questions, and passes: the mock hides the hole.
//     node --test tests/with_a_mock/removeTodoUnsafe.test.js

const assert = require('node:assert')
const Module = require('node:module')
const { beforeEach, test } = require('node:test')
const mock = require('./wx-server-sdk')

const load = Module._load
Module._load = (request, ...rest) => (request === 'wx-server-sdk' ? mock : load(request, ...rest))
const { main } = require('../../cloudfunctions/removeTodoUnsafe')

const ids = () => mock.todos.map((todo) => todo._id)

beforeEach(() => {
  mock.context.OPENID = 'alice'
  mock.todos.splice(0, mock.todos.length,
    { _id: 'a1', _openid: 'alice', done: true },
    { _id: 'b1', _openid: 'bob', done: true },
    { _id: 'b2', _openid: 'bob', done: false })
})

test('the owner removes what is done', async () => {
  assert.deepEqual(await main({ allDone: true }), { code: 0, removed: 1 })
  assert.deepEqual(ids(), ['b1', 'b2'])
})

test('a stranger removes nothing', async () => {
  assert.equal((await main({ id: 'b1' })).code, 404)
  assert.deepEqual(ids(), ['a1', 'b1', 'b2'])
})

test('nobody removes nothing', async () => {
  delete mock.context.OPENID
  assert.deepEqual(await main({ allDone: true }), { code: 0, removed: 0 })
  assert.equal((await main({ id: 'b1' })).code, 404)
  assert.deepEqual(ids(), ['a1', 'b1', 'b2'])
})

'use strict'
// The usual hand-written mock: one caller, a list for a database, and a where() that compares.

const context = { OPENID: 'alice' }
const todos = []

const matches = (query) => (todo) => Object.keys(query).every((key) => todo[key] === query[key])

module.exports = {
  context,
  todos,
  init() {},
  getWXContext: () => context,
  database: () => ({
    collection: () => ({
      where: (query) => ({
        async remove() {
          const gone = todos.filter(matches(query)) // { _openid: undefined } matches no todo: here is the lie
          gone.forEach((todo) => todos.splice(todos.indexOf(todo), 1))
          return { stats: { removed: gone.length } }
        }
      })
    })
  })
}

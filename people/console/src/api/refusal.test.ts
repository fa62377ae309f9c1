// What a person reads when a request fails, however it fails.

import { expect, test } from 'vitest'
import { isProblem, problemFrom, problemOf, Refusal } from './refusal.ts'

const used = problemFrom('access.link', 410, 'this link was used at 19:03')

test('a refusal keeps the words of the server', () => {
  expect(problemOf(new Refusal(used))).toEqual(used)
})

test('any other error still says what to do next', () => {
  const problem = problemOf(new TypeError('x is not a function'))
  expect(problem.detail).toContain('x is not a function')
  expect(problem.next).not.toBe('')
})

test('a page of a proxy in between is no problem document', () => {
  expect(isProblem(used)).toBe(true)
  expect(isProblem('<html>502</html>')).toBe(false)
  expect(isProblem({ title: 'Bad gateway' })).toBe(false)
  expect(isProblem(null)).toBe(false)
})

// The secret of a one-time link is found, and only there.

import { expect, test } from 'vitest'
import { linkIn } from './sign-in-link.ts'

const cases: [story: string, hash: string, link: string | undefined][] = [
  ['a link as the server prints it', '#/sign-in?link=s3cret-_A', 's3cret-_A'],
  ['a link with something behind it', '#/sign-in?link=s3cret&x=1', 's3cret'],
  ['the page without a secret', '#/sign-in', undefined],
  ['an empty secret', '#/sign-in?link=', undefined],
  ['another page with such a word', '#/devices?link=s3cret', undefined],
  ['no page at all', '', undefined],
]

test.each(cases)('%s', (_story, hash, link) => {
  expect(linkIn(hash)).toBe(link)
})

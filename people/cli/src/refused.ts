// What the server said no to, in its own words.

import type { Problem } from '@sealift/protocol'

/** A problem document. Its code may be one that only a newer server knows, so it is not a Fault. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.title}`)
    this.problem = problem
  }
}

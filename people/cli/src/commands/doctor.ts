// `sealift doctor`: look for what is wrong or soon will be.

import { PEOPLE_ROUTES, SignInLink } from '@sealift/protocol'
import { withApi } from '../api.ts'
import { command, flag } from '../command.ts'
import { examine } from '../doctor/examine.ts'
import type { Finding } from '../doctor/finding.ts'
import { paint } from '../output/paint.ts'
import { moment } from '../output/quantities.ts'
import { type SafeText, say } from '../output/safe-text.ts'
import { table } from '../output/table.ts'

export const doctor = command({
  summary: 'look for what is wrong or soon will be, and say what to do about it',
  more: `Looks at this machine, at the sides of the organisation that live on it, at everything that ends (metadata and
certificates), and at the server. Ends with exit code 1 when something is wrong.`,
  arguments: {},
  options: { signIn: flag('--sign-in', 'make a new sign-in link for the console; works once') },
  writes: false,
  inOrg: true,
  examples: ['sealift doctor', 'sealift doctor --json', 'sealift doctor --sign-in'],
  async run(session, { signIn }) {
    if (signIn) {
      const link = await withApi(session, (api) => api.post(SignInLink, PEOPLE_ROUTES.signInLinks))
      return { json: link, lines: [say`${link.url}`, say`works once, until ${moment(link.expiresAtMs)}`] }
    }
    const findings = await examine(session)
    const failed = findings.some(({ verdict }) => verdict === 'fail')
    return { json: { findings }, lines: findingLines(findings), exit: failed ? 'error' : 'ok' }
  },
})

const MARK = {
  ok: paint.good('ok  '),
  warn: paint.careful('warn'),
  fail: paint.bad('fail'),
} as const

function findingLines(findings: readonly Finding[]): readonly SafeText[] {
  const columns = [
    { heading: '', cell: ({ verdict }: Finding) => MARK[verdict] },
    { heading: 'WHAT', cell: ({ what }: Finding) => what },
    { heading: 'SEEN', cell: ({ seen }: Finding) => seen },
    { heading: 'NEXT', cell: ({ next = '' }: Finding) => next },
  ]
  return table(findings, columns, '')
}

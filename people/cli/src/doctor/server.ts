// Is the server there, is it ours, does it know us, and is what it serves fresh?

import { Fault, Health, PEOPLE_ROUTES, Session as SignedIn } from '@sealift/protocol'
import { expiresAtMs, readMetadataText } from '@sealift/trust'
import type { Api } from '../api.ts'
import { away, duration } from '../output/quantities.ts'
import { Refused } from '../refused.ts'
import { type Finding, fail, ok, warn } from './finding.ts'
import { judgeClock } from './machine.ts'

export async function lookAtServer(api: Api, nowMs: number): Promise<readonly Finding[]> {
  const { url } = api.connection
  try {
    const { version } = await api.get(Health, PEOPLE_ROUTES.health)
    const serverMs = await api.timeMs()
    return [
      ok('server', `${url}, version ${version}`),
      ...(serverMs === undefined ? [] : [judgeClock(nowMs - serverMs)]),
      await lookAtToken(api, nowMs),
      await lookAtFreshness(api, nowMs),
    ]
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const next =
      error.code === 'check.untrusted-server' ? UNTRUSTED : 'is `sealift serve` running, and the address right?'
    return [fail('server', `${url}: ${error.code}`, next)]
  }
}

const UNTRUSTED = 'its certificate is not of this organisation: another server stands there, or somebody between'

async function lookAtToken(api: Api, nowMs: number): Promise<Finding> {
  try {
    const { name, role, expiresAtMs } = await api.get(SignedIn, PEOPLE_ROUTES.session)
    return judgeToken(`${name}, role ${role}`, expiresAtMs, nowMs)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return fail('token', error.problem.title, 'set SEALIFT_TOKEN, or take people/connection.json from a backup')
  }
}

const TOKEN_LEFT_MS_LOW = 30 * 86_400_000

function judgeToken(who: string, untilMs: number, nowMs: number): Finding {
  const seen = `${who}, ends ${away(untilMs, nowMs)}`
  return untilMs - nowMs < TOKEN_LEFT_MS_LOW ? warn('token', seen, 'make a new one before it ends') : ok('token', seen)
}

// The server signs its timestamp anew by itself; one that is past its date says that it does not.
async function lookAtFreshness(api: Api, nowMs: number): Promise<Finding> {
  const text = await api.text(PEOPLE_ROUTES.repository, { file: 'timestamp.json' })
  if (text === undefined) return fail('timestamp', 'the server has none', 'restore its database from a backup')
  const untilMs = expiresAtMs(readMetadataText('timestamp', text).signed)
  if (untilMs > nowMs) return ok('timestamp', `good for ${duration(untilMs - nowMs)}`)
  return fail('timestamp', `ended ${away(untilMs, nowMs)}`, 'the server does not renew it: see its log and its clock')
}

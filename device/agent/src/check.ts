// Ask the server whether there is something new: one conditional request, over proven TLS only.

import type { BootView } from '@sealift/boot-control'
import { DEVICE_ROUTES, Fault, POLL_HEADER } from '@sealift/protocol'
import { LENGTH_BYTES_MAX } from '@sealift/trust'
import { type Agent, nowMsOf, remember, trustedMsOf } from './agent.ts'
import { ask, retryAfterOf } from './ask.ts'
import { boundedPollMs } from './back-off.ts'
import { isRefusalMended } from './journal.ts'
import { ETAG_LENGTH_MAX } from './limits.ts'
import { runOf } from './running.ts'

/**
 * What is new stays in the session until it is verified. Only a word that is still fresh may be answered with "nothing
 * changed": an attacker who holds the connection cannot freeze the device beyond that date (attack 4).
 *
 * @throws {Fault} `check.*`
 */
export async function check(agent: Agent, view: BootView): Promise<void> {
  const etag = freshEtag(agent)
  const answer = await ask(
    agent,
    {
      method: 'GET',
      url: agent.device.deviceUrl + DEVICE_ROUTES.check,
      ...(etag !== undefined && { headers: { 'if-none-match': etag } }),
    },
    LENGTH_BYTES_MAX.timestamp,
  )
  const { status, headers } = answer
  if (!(status === 200 || (status === 304 && etag !== undefined))) {
    throw new Fault('check.refused', { status, ...retryAfterOf(headers) })
  }
  const { session } = agent
  const pollMs = headers[POLL_HEADER]
  if (pollMs !== undefined && /^\d{1,12}$/.test(pollMs)) session.pollMs = boundedPollMs(Number(pollMs))
  session.reachedFrom = runOf(view)
  session.checkedAtMs = nowMsOf(agent)
  session.offer = status === 200 ? { timestamp: answer.body, etag: etagOf(headers) } : undefined
  if (status === 304 && isRefusalMended(agent.journal)) await remember(agent, { refused: null, said: null })
}

// One that is too long to keep is no ETag to us: then every check is answered in full.
function etagOf(headers: Readonly<Record<string, string>>): string | undefined {
  const etag = headers['etag']
  return etag !== undefined && etag.length <= ETAG_LENGTH_MAX ? etag : undefined
}

function freshEtag(agent: Agent): string | undefined {
  const { word } = agent.journal
  return word?.etag && trustedMsOf(agent) < word.freshUntilMs ? word.etag : undefined
}

// `sealift agent consent`: the owner sees what is offered, and says yes, later or no.

import type { AgentStatus } from '@sealift/agent'
import type { Consent } from '@sealift/protocol'
import type { Disk } from '@sealift/world'
import { type Branch, type Command, command, needed } from '../command.ts'
import { deviceFolder, requireDevice } from '../device-folder.ts'
import { parseDurationMs } from '../durations.ts'
import { paint } from '../output/paint.ts'
import { moment } from '../output/quantities.ts'
import { type SafeText, say } from '../output/safe-text.ts'
import { offerLines } from '../output/status-lines.ts'
import type { Session } from '../session.ts'
import { UsageError } from '../usage-error.ts'

type Offer = NonNullable<AgentStatus['wanted']>

const show = command({
  summary: 'show what is offered to this device, and whether its owner is asked',
  arguments: {},
  options: { device: deviceFolder },
  writes: false,
  inOrg: false,
  examples: ['sealift agent consent show --device ./device-1', 'sealift agent consent show --device ./device-1 --json'],
  async run(_session, { device }) {
    const { readStatus } = await import('@sealift/agent')
    const status = await readStatus(await requireDevice(device))
    if (!status?.wanted)
      return { json: { wanted: null, permission: null }, lines: [say`nothing is offered to this device`] }
    return { json: { wanted: status.wanted, permission: status.permission }, lines: offerLines(status) }
  },
})

const defer = command({
  summary: 'put the update off',
  more: 'Security updates can be put off for 14 days, critical ones for 72 hours; then they go on by themselves.',
  arguments: {},
  options: { device: deviceFolder, for: needed('--for <duration>', 'ask again after so long', parseDurationMs) },
  writes: true,
  inOrg: false,
  examples: [
    'sealift agent consent defer --device ./device-1 --for 24h',
    'sealift agent consent defer --device ./device-1 --for 3d',
  ],
  run: (session, values) =>
    decide(session, values.device, { decision: 'defer', untilMs: session.clock.nowMs() + values.for }),
})

export const consent: Branch = {
  summary: 'what the owner of the device says to an update',
  verbs: {
    show,
    approve: word('approve', 'say yes to the update', 'It is installed as soon as the device can.'),
    defer,
    refuse: word(
      'refuse',
      'say no to the update',
      'Security updates cannot be refused, only put off as long as may be.',
    ),
  },
}

function word(decision: 'approve' | 'refuse', summary: string, more: string): Command {
  return command({
    summary,
    more,
    arguments: {},
    options: { device: deviceFolder },
    writes: true,
    inOrg: false,
    examples: [`sealift agent consent ${decision} --device ./device-1`],
    run: (session, { device }) => decide(session, device, { decision }),
  })
}

async function decide(session: Session, folder: string, said: Pick<Consent, 'decision' | 'untilMs'>) {
  const agent = await import('@sealift/agent')
  const disk: Disk = await requireDevice(folder)
  const offer = (await agent.readStatus(disk))?.wanted
  if (!offer) throw new UsageError('nothing is offered to this device', 'look again later: sealift agent consent show')
  const nowMs = session.clock.nowMs()
  const spoken = { version: offer.release.version, atMs: nowMs, ...said }
  const consented: Consent = session.dryRun
    ? { format: 'sealift-consent-1', ...spoken }
    : await agent.writeConsent(disk, spoken)
  const permission = agent.permissionOf(offer.release, consented, offer.offeredAtMs, nowMs)
  const lines = [meaningOf(offer, permission), ...(session.dryRun ? [say`dry run: nothing was said`] : [])]
  return { json: { ...(session.dryRun && { dryRun: true }), consent: consented, permission }, lines }
}

function meaningOf({ release }: Offer, permission: ReturnType<typeof import('@sealift/agent').permissionOf>): SafeText {
  const version = paint.strong(release.version)
  switch (permission.word) {
    case 'go':
      return say`${paint.good('yes')}: ${version} is installed as soon as the device can`
    case 'deferred':
      return say`${paint.careful('later')}: ${version} waits until ${moment(permission.untilMs)}`
    case 'refused':
      return say`${paint.careful('no')}: ${version} is not installed; security updates go on`
    case 'ask':
      return say`you will be asked again about ${version}`
  }
}

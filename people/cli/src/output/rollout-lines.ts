// How a rollout reads on a terminal.

import type { RolloutPreview, RolloutView, StopReason, StopRule, Wave } from '@sealift/protocol'
import { paint } from './paint.ts'
import { bar } from './progress.ts'
import { duration, moment, percent } from './quantities.ts'
import { join, type SafeText, say } from './safe-text.ts'
import { type Column, facts, table } from './table.ts'

const STATE = {
  planned: paint.quiet,
  running: paint.good,
  paused: paint.careful,
  stopped: paint.bad,
  aborted: paint.bad,
  finished: paint.good,
} as const

export function rolloutTable(rollouts: readonly RolloutView[]): readonly SafeText[] {
  const columns: readonly Column<RolloutView>[] = [
    { heading: 'ROLLOUT', cell: ({ id }) => paint.strong(id) },
    { heading: 'PRODUCT', cell: ({ product }) => product },
    { heading: 'VERSION', cell: ({ version }) => version },
    { heading: 'STATE', cell: ({ state }) => STATE[state](state) },
    { heading: 'WAVE', cell: waveOf },
    { heading: 'CONFIRMED', cell: ({ counts }) => `${counts.confirmed} of ${counts.devices}`, right: true },
    { heading: 'ILL', cell: ({ counts }) => counts.fellBack + counts.failed + counts.silent, right: true },
    { heading: 'MADE', cell: ({ createdAtMs }) => moment(createdAtMs) },
  ]
  return table(rollouts, columns, 'no rollouts: make one with `sealift rollout plan`')
}

export function rolloutFacts(rollout: RolloutView): readonly SafeText[] {
  const { id, product, version, state, counts, stopReason, stopRule } = rollout
  return facts([
    ['rollout', paint.strong(id)],
    ['release', say`${product} ${version}`],
    ['state', STATE[state](state)],
    ['wave', waveOf(rollout)],
    ['devices', say`${counts.inWave} of ${counts.devices} reached, ${counts.offered} offered`],
    ['well', say`${counts.confirmed} confirmed, ${counts.underWay} under way, ${counts.waiting} wait for their owner`],
    ['ill', say`${counts.fellBack} fell back, ${counts.failed} failed, ${counts.silent} silent`],
    ['stops at', stopRuleText(stopRule)],
    ...(stopReason ? [['stopped by', stopReasonText(stopReason)] as const] : []),
  ])
}

/** One line that a watcher reads at a glance. */
export function rolloutLine(rollout: RolloutView): SafeText {
  const { version, state, counts } = rollout
  const ill = counts.fellBack + counts.failed + counts.silent
  const share = counts.devices === 0 ? 0 : counts.confirmed / counts.devices
  const words = [
    say`${version} ${bar(share)} ${percent(share).padStart(5)}`,
    STATE[state](state),
    say`wave ${waveOf(rollout)}`,
    say`${counts.confirmed} confirmed`,
    say`${counts.underWay} under way`,
    ...(counts.waiting > 0 ? [say`${counts.waiting} waiting`] : []),
    ...(ill > 0 ? [paint.bad(`${counts.fellBack} fell back, ${counts.failed} failed, ${counts.silent} silent`)] : []),
  ]
  return join(words, '  ')
}

export function previewLines(preview: RolloutPreview): readonly SafeText[] {
  const { product, version, devices, worstCase, needsOwner, firstWave, waves, stopRule } = preview
  const columns: readonly Column<(typeof waves)[number]>[] = [
    { heading: 'WAVE', cell: ({ name }) => name },
    { heading: 'DEVICES', cell: (wave) => wave.devices, right: true },
    { heading: 'WATCHED FOR', cell: ({ holdMs }) => (holdMs === 0 ? '–' : duration(holdMs)) },
  ]
  return [
    ...facts([
      ['release', paint.strong(`${product} ${version}`)],
      ['devices', devices],
      ['worst case', say`${worstCase} devices get a bad release before the rules can stop it`],
      ['owners', needsOwner ? 'are asked first' : 'are told; it installs by itself'],
      ['stops at', stopRuleText(stopRule)],
      ['first wave', firstWave.length === 0 ? 'no devices yet' : firstWave.join(', ')],
    ]),
    say``,
    ...table(waves, columns, 'no waves'),
  ]
}

function stopRuleText(rule: StopRule): string {
  const shares = `${rule.failedPercent} % failed, ${rule.rolledBackPercent} % rolled back, ${rule.silentPercent} % silent`
  const signature = rule.signatureFailure ? ', any signature failure' : ''
  return `${shares}, from ${rule.devicesMin} devices on${signature}; silent means ${duration(rule.silentAfterMs)} after the start`
}

function stopReasonText({ rule, seen, limit, atMs }: StopReason): SafeText {
  const figures = rule === 'signature' ? `${seen} signature failures` : `${seen} % ${rule}, limit ${limit} %`
  return paint.bad(`${figures}, at ${moment(atMs)}`)
}

function waveOf({ wave, waves }: { wave: number; waves: readonly Wave[] }): string {
  const now = waves[wave]
  return now ? `${wave + 1}/${waves.length} (${now.name})` : 'all done'
}

// `sealift rollout`: one release to the fleet, wave by wave, under rules that stop it.

import {
  PEOPLE_ROUTES,
  pathOf,
  type RolloutAction,
  RolloutList,
  type RolloutPlan,
  RolloutPreview,
  type RolloutState,
  RolloutView,
  type StopRule,
} from '@sealift/protocol'
import { withApi } from '../api.ts'
import { argument, type Command, choice, command, each, flag, option, type Verbs } from '../command.ts'
import { parseCount } from '../count.ts'
import { parseDurationMs } from '../durations.ts'
import { paint } from '../output/paint.ts'
import { previewLines, rolloutFacts, rolloutTable } from '../output/rollout-lines.ts'
import { say } from '../output/safe-text.ts'
import { confirm } from '../prompt.ts'
import { watchRollout } from '../watch-rollout.ts'
import { parsePercent, parseWave } from '../waves.ts'

const plan = command({
  summary: 'plan a rollout, and see before it starts how far it reaches and what stops it',
  more: `A wave is [NAME=]SIZE[:HOLD]: how far it reaches over the whole fleet of the product (a number of devices, a
percentage or all), and for how long it is watched before the next one begins. Without --wave: a lab of 10 devices,
then 1, 5, 25, 50 and 100 %, a day each.`,
  arguments: {
    product: argument('<product>', 'id of the product'),
    version: argument('<version>', 'version to bring to it'),
  },
  options: {
    wave: each('--wave <wave>', 'a wave, in order', parseWave),
    stopFailed: option('--stop-failed <percent>', 'stop when so many devices failed; 2%', parsePercent),
    stopRolledBack: option('--stop-rolled-back <percent>', 'stop when so many rolled back; 1%', parsePercent),
    stopSilent: option('--stop-silent <percent>', 'stop when so many fell silent; 1%', parsePercent),
    stopMinDevices: option('--stop-min-devices <count>', 'judge shares from so many devices on; 20', parseCount),
    stopSilentAfter: option('--stop-silent-after <duration>', 'what counts as silent; 15m', parseDurationMs),
    start: flag('--start', 'start it at once'),
  },
  writes: true,
  inOrg: true,
  examples: [
    'sealift rollout plan thermostat 1.2.0             # the default waves',
    'sealift rollout plan thermostat 1.2.0 --dry-run   # only look',
    "sealift rollout plan thermostat 1.2.0 --wave 'lab=3:10s' --wave '50%:1m' --wave '100%'",
    'sealift rollout plan thermostat 1.2.0 --stop-rolled-back 1% --stop-min-devices 3 --start',
  ],
  async run(session, values) {
    const asked: RolloutPlan = {
      product: values.product,
      version: values.version,
      ...(values.wave.length > 0 && { waves: [...values.wave] }),
      ...stopRuleOf(values),
    }
    return await withApi(session, async (api) => {
      const preview = await api.post(RolloutPreview, PEOPLE_ROUTES.preview, asked)
      const before = [...previewLines(preview), say``]
      if (session.dryRun) {
        return { json: { dryRun: true, preview }, lines: [...before, say`nothing was planned: this was a dry run`] }
      }
      const planned = await api.post(RolloutView, PEOPLE_ROUTES.rollouts, asked)
      const rollout = values.start
        ? await api.post(RolloutView, pathOf(PEOPLE_ROUTES.rolloutAction, { rollout: planned.id, action: 'start' }))
        : planned
      const next = values.start ? `sealift rollout watch ${rollout.id}` : `sealift rollout start ${rollout.id}`
      const lines = [...before, say`${rollout.state}: ${paint.strong(rollout.id)}`, say`next: ${next}`]
      return { json: { ...rollout, preview }, lines }
    })
  },
})

const list = command({
  summary: 'list the rollouts, the newest first',
  arguments: {},
  options: {},
  writes: false,
  inOrg: true,
  examples: ['sealift rollout list', 'sealift rollout list --json'],
  async run(session) {
    const answer = await withApi(session, (api) => api.get(RolloutList, PEOPLE_ROUTES.rollouts))
    return { json: answer, lines: rolloutTable(answer.rollouts) }
  },
})

const WAITABLE = ['finished', 'running', 'paused', 'stopped', 'aborted'] as const

const watch = command({
  summary: 'watch a rollout until it is at an end, or where you wait for',
  more: `Ends with exit code 0 when it is where you waited for, 4 when it was paused, stopped or aborted before that,
5 when it finished and every device fell back, and 7 when the time was up.`,
  arguments: { rollout: argument('<rollout>', 'id of the rollout') },
  options: {
    waitFor: choice('--wait-for <state>', 'end when it is', WAITABLE),
    timeout: option('--timeout <duration>', 'give up after so long', parseDurationMs),
  },
  writes: false,
  inOrg: true,
  examples: [
    'sealift rollout watch r-2f9c',
    'sealift rollout watch r-2f9c --wait-for finished --timeout 10m   # for scripts: see the exit code',
    'sealift rollout watch r-2f9c --wait-for finished --timeout 24h --json',
  ],
  async run(session, { rollout: id, waitFor, timeout }) {
    const watched = { rollout: id, waitFor, timeoutMs: timeout }
    const { rollout, exit } = await withApi(session, (api) => watchRollout(session, api, watched))
    const lines = exit === 'timeout' ? [say`${paint.careful('the time is up')}: it goes on without being watched`] : []
    return { json: rollout, lines: [...lines, ...rolloutFacts(rollout)], exit }
  },
})

const start = action('start', {
  summary: 'start a planned rollout with its first wave',
  done: 'started',
  goal: 'running',
  examples: ['sealift rollout start r-2f9c', 'sealift rollout start r-2f9c --dry-run'],
})

const pause = action('pause', {
  summary: 'offer the release to no further device until it is resumed',
  done: 'paused',
  goal: 'paused',
  examples: ['sealift rollout pause r-2f9c', 'sealift rollout pause r-2f9c --json'],
})

const resume = action('resume', {
  summary: 'go on with a rollout that was paused or stopped by its rule, with the same devices',
  done: 'goes on',
  goal: 'running',
  examples: ['sealift rollout resume r-2f9c', 'sealift rollout resume r-2f9c --dry-run'],
})

const abort = action('abort', {
  summary: 'end a rollout for good',
  done: 'aborted',
  goal: 'aborted',
  finalQuestion: 'An aborted rollout cannot be resumed. Abort it?',
  examples: ['sealift rollout abort r-2f9c', 'sealift rollout abort r-2f9c --yes   # without being asked'],
})

const retryFailed = action('retry-failed', {
  summary: 'offer the release again to the devices that failed or fell back',
  done: 'offered again to the devices that failed',
  examples: ['sealift rollout retry-failed r-2f9c', 'sealift rollout retry-failed r-2f9c --dry-run'],
})

export const rollout: Verbs = { plan, start, list, watch, pause, resume, abort, 'retry-failed': retryFailed }

type ActionWords = {
  readonly summary: string
  /** What can be said of the rollout afterwards. */
  readonly done: string
  /** The state in which there is nothing left to do. */
  readonly goal?: RolloutState
  /** Asked before a step that cannot be taken back. */
  readonly finalQuestion?: string
  readonly examples: readonly string[]
}

function action(name: RolloutAction, { summary, done, goal, finalQuestion, examples }: ActionWords): Command {
  return command({
    summary,
    arguments: { rollout: argument('<rollout>', 'id of the rollout') },
    options: finalQuestion === undefined ? {} : { yes: flag('--yes', 'do not ask') },
    writes: true,
    inOrg: true,
    examples,
    run: async (session, values) => {
      const { rollout: id } = values
      if (finalQuestion !== undefined) await confirm(session, finalQuestion, values.yes === true)
      return await withApi(session, async (api) => {
        const before = await api.get(RolloutView, pathOf(PEOPLE_ROUTES.rollout, { rollout: id }))
        if (session.dryRun) {
          const words = say`dry run: would ask the server to ${name} ${id}, which is ${before.state} now`
          return { json: { dryRun: true, action: name, rollout: before }, lines: [words] }
        }
        // Said twice is not wrong: a script that was interrupted says it again.
        if (before.state === goal) return { json: before, lines: [say`${id} is ${before.state} already`] }
        const after = await api.post(RolloutView, pathOf(PEOPLE_ROUTES.rolloutAction, { rollout: id, action: name }))
        return { json: after, lines: [say`${done}: ${paint.strong(after.id)}`, ...rolloutFacts(after)] }
      })
    },
  })
}

type StopValues = {
  readonly stopFailed: number | undefined
  readonly stopRolledBack: number | undefined
  readonly stopSilent: number | undefined
  readonly stopMinDevices: number | undefined
  readonly stopSilentAfter: number | undefined
}

function stopRuleOf(values: StopValues): { stopRule?: Partial<StopRule> } {
  const { stopFailed, stopRolledBack, stopSilent, stopMinDevices, stopSilentAfter } = values
  const stopRule: Partial<StopRule> = {
    ...(stopFailed !== undefined && { failedPercent: stopFailed }),
    ...(stopRolledBack !== undefined && { rolledBackPercent: stopRolledBack }),
    ...(stopSilent !== undefined && { silentPercent: stopSilent }),
    ...(stopMinDevices !== undefined && { devicesMin: stopMinDevices }),
    ...(stopSilentAfter !== undefined && { silentAfterMs: stopSilentAfter }),
  }
  return Object.keys(stopRule).length === 0 ? {} : { stopRule }
}

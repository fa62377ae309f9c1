// `sealift agent status`: what a device last said of itself.

import type { AgentStatus } from '@sealift/agent'
import { command } from '../command.ts'
import { deviceFolder, requireDevice } from '../device-folder.ts'
import { say } from '../output/safe-text.ts'
import { statusLines } from '../output/status-lines.ts'

export const agentStatus = command({
  summary: 'show what a device runs, and what it is about to do',
  arguments: {},
  options: { device: deviceFolder },
  writes: false,
  inOrg: false,
  examples: ['sealift agent status --device ./device-1', 'sealift agent status --device ./device-1 --json'],
  async run(session, { device }) {
    const { readStatus } = await import('@sealift/agent')
    const status: AgentStatus | undefined = await readStatus(await requireDevice(device))
    const nowMs = session.clock.nowMs()
    const lines = status
      ? statusLines(status, nowMs)
      : [say`it has not run yet; next: sealift agent run --device ${device}`]
    return { json: status ?? null, lines }
  },
})

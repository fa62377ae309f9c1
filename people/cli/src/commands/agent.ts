// `sealift agent`: be a device.

import type { Verbs } from '../command.ts'
import { consent } from './agent-consent.ts'
import { enrolAgent } from './agent-enrol.ts'
import { runAgent } from './agent-run.ts'
import { agentStatus } from './agent-status.ts'

export const agent: Verbs = { enrol: enrolAgent, run: runAgent, status: agentStatus, consent }

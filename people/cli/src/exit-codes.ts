// What the exit code of every command means: a contract with scripts, never changed.

import type { FaultCode } from '@sealift/protocol'

export const EXITS = {
  ok: { code: 0, means: 'done' },
  error: { code: 1, means: 'failed; the reason and what to do next are on stderr' },
  usage: { code: 2, means: 'not called as the help says' },
  approval: { code: 3, means: 'needs the approval of another person' },
  stopped: { code: 4, means: 'the rollout was paused, aborted or stopped by its rule' },
  rolledBack: { code: 5, means: 'the update was rolled back: the old version runs' },
  verification: { code: 6, means: 'verification failed: a signature, a digest or a chain is not right' },
  timeout: { code: 7, means: 'what was waited for did not come in time' },
} as const

export type Exit = keyof typeof EXITS

/** Refusals of what was signed, wherever it was looked at; the other faults are plain errors. */
const VERIFICATION: ReadonlySet<string> = new Set([
  'publish.digest',
  'download.digest',
  'download.length',
  'install.digest',
  'boot.manifest',
  'boot.digest',
  'boot.hardware',
  'boot.floor',
  'report.signature',
  'audit.chain',
] satisfies FaultCode[])

/** How a command ends that met this fault. */
export function exitOfFault(code: string): Exit {
  if (code === 'assign.approval') return 'approval'
  if (code.startsWith('confirm.') || code === 'boot.tries') return 'rolledBack'
  return code.startsWith('verify.') || VERIFICATION.has(code) ? 'verification' : 'error'
}

// Errors of the operating system, as faults. Whatever is neither is a bug, and ends the agent.

import { Fault } from '@sealift/protocol'

const SPACE = ['ENOSPC', 'EDQUOT', 'EFBIG']
const DISK = ['EIO', 'EROFS', 'EACCES', 'EPERM', 'ENXIO', 'ENODEV', 'ENOENT', 'EMFILE', 'ENFILE', 'ELOOP', 'EBUSY']

/** `install.space` or `install.disk`; undefined when the error does not come from a disk. */
export function faultOfDisk(error: unknown): Fault | undefined {
  const code = (error as { code?: unknown } | undefined)?.code
  if (typeof code !== 'string') return undefined
  if (SPACE.includes(code)) return new Fault('install.space', { error: code }, { cause: error })
  if (DISK.includes(code)) return new Fault('install.disk', { error: code }, { cause: error })
  return undefined
}

// Node's channel between a process and its child as a Port.

import type { ChildProcess } from 'node:child_process'
import type { Port } from './channel.ts'

/** @param ipc  `process` in the child, the child in its parent; started with a channel */
export function portOf(ipc: NodeJS.Process | ChildProcess): Port {
  return {
    send(text) {
      // The channel may close while the text is under way; that is told by `disconnect`.
      if (ipc.connected) ipc.send?.(text, undefined, undefined, () => undefined)
    },
    listen(onText, onClose) {
      ipc.on('message', (message: unknown) => onText(typeof message === 'string' ? message : ''))
      ipc.on('disconnect', onClose)
    },
  }
}

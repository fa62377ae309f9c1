// What the maker hands over on the first day, in the form in which the server takes it.

import type { OnlineRole, ServerPart } from '@sealift/maker'
import type { Founding, Listen, OnlineKeysPem } from '@sealift/server'

// Maker and server never import one another, so that each has its own name for a role.
const SERVER_NAME = {
  'image/snapshot': 'imageSnapshot',
  'image/timestamp': 'imageTimestamp',
  'director/targets': 'directorTargets',
  'director/snapshot': 'directorSnapshot',
  'director/timestamp': 'directorTimestamp',
} as const satisfies Record<OnlineRole, keyof OnlineKeysPem>

export function foundingOf(part: ServerPart, listen: Listen, pollMs: number | undefined): Founding {
  const keys = Object.entries(SERVER_NAME).map(([role, name]) => [name, part.onlineKeys[role as OnlineRole]])
  const { imageRoot, imageTargets, directorRoot, tls, serverCaPem, deviceCa, bootKeysPem } = part
  return {
    imageRoot,
    imageTargets,
    directorRoot,
    tls,
    serverCaPem,
    deviceCa,
    bootKeysPem,
    onlineKeys: Object.fromEntries(keys) as OnlineKeysPem,
    listen,
    ...(pollMs !== undefined && { pollMs }),
  }
}

// What the maker hands over on the first day, in the form in which the server takes it.

import { createPrivateKey } from 'node:crypto'
import type { OnlineRole, ServerPart } from '@sealift/maker'
import { parseJson } from '@sealift/protocol'
import type { Founding, Listen, OnlineKeysPem } from '@sealift/server'
import Type from 'typebox'

// Maker and server never import one another, so that each has its own name for a role.
const SERVER_NAME = {
  'image/snapshot': 'imageSnapshot',
  'image/timestamp': 'imageTimestamp',
  'director/targets': 'directorTargets',
  'director/snapshot': 'directorSnapshot',
  'director/timestamp': 'directorTimestamp',
} as const satisfies Record<OnlineRole, keyof OnlineKeysPem>

export function foundingOf(part: ServerPart, listen: Listen, pollMs: number | undefined): Founding {
  const keys = Object.entries(SERVER_NAME).map(([role, name]) => [name, part.onlineKeys[role as OnlineRole].map(pemOf)])
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

// What stands in an online key's file besides the key says the same again; the server reads it from the key itself.
const KeyFile = Type.Object({ private: Type.Object({ pkcs8: Type.String() }) })

function pemOf(keyFile: string): string {
  const { private: inside } = parseJson(KeyFile, Buffer.from(keyFile), { lengthBytesMax: 65_536 }, 'sign.key')
  const key = createPrivateKey({ key: Buffer.from(inside.pkcs8, 'base64'), format: 'der', type: 'pkcs8' })
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

// The folder of an organisation: where its three sides live, and how to reach its server.

import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, parseJson } from '@sealift/protocol'
import { replaceFile } from '@sealift/world'
import { realDisk } from '@sealift/world/real'
import Type, { type Static } from 'typebox'
import type { Session } from './session.ts'

/** What the command line needs to speak to the server: `people/connection.json`, readable by its owner only. */
export const Connection = Type.Object(
  {
    url: Type.String({ maxLength: 512, pattern: '^https://' }),
    serverCaPem: Type.String({ maxLength: 16_384 }),
    token: Type.String({ maxLength: 256, pattern: '^[\\x21-\\x7e]+$' }),
  },
  { additionalProperties: false },
)
export type Connection = Static<typeof Connection>

const CONNECTION_FILE = 'connection.json'

/** The three sides of an organisation's folder: offline, online, and ours. */
export function sidesOf(orgFolder: string): { maker: string; server: string; people: string } {
  return { maker: join(orgFolder, 'maker'), server: join(orgFolder, 'server'), people: join(orgFolder, 'people') }
}

/** @throws {Fault} `keep.missing` when there is no organisation in the folder */
export async function requireSide(session: Session, side: 'maker' | 'server'): Promise<string> {
  const folder = sidesOf(session.orgFolder)[side]
  if (await isFolder(folder)) return folder
  throw new Fault('keep.missing', { folder })
}

/** Undefined when this machine has none. @throws {Fault} `keep.damaged` */
export async function readConnection(orgFolder: string): Promise<Connection | undefined> {
  const bytes = await realDisk(sidesOf(orgFolder).people).read(CONNECTION_FILE)
  return bytes && parseJson(Connection, bytes, { lengthBytesMax: 65_536 }, 'keep.damaged')
}

/** Path of the file that was written. */
export async function writeConnection(orgFolder: string, connection: Connection): Promise<string> {
  const { people } = sidesOf(orgFolder)
  await replaceFile(realDisk(people), CONNECTION_FILE, Buffer.from(`${JSON.stringify(connection, null, 2)}\n`))
  return join(people, CONNECTION_FILE)
}

export async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  })
  return found?.isDirectory() ?? false
}

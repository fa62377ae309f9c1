// The whole round: machine, folders, secrets, what ends, the server.

import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, productRoleOf } from '@sealift/protocol'
import { realDisk } from '@sealift/world/real'
import { withApi } from '../api.ts'
import { isFolder, sidesOf } from '../org.ts'
import type { Session } from '../session.ts'
import { judgeExpiry, renewalOf } from './expiry.ts'
import { type Finding, fail, ok } from './finding.ts'
import { judgeNode, judgeSpace } from './machine.ts'
import { lookAtSecret, lookAtSecrets, lookForKeys } from './secrets.ts'
import { lookAtServer } from './server.ts'

// Whose keys an organisation begins with; each product adds its own.
const ROLES = ['image/root', 'image/targets', 'director/root', 'boot', 'server-ca']

/** Everything that can be seen from this machine; a side that lives elsewhere is not missed. */
export async function examine(session: Session): Promise<readonly Finding[]> {
  const sides = sidesOf(session.orgFolder)
  const machine = [judgeNode(process.versions.node), ...(await space(session.orgFolder))]
  const parts = await Promise.all([maker(session, sides.maker), server(sides.server), people(session, sides.people)])
  const here = parts.flat()
  return [...machine, ...(here.length > 0 ? here : [nothingHere(session.orgFolder)])]
}

async function space(orgFolder: string): Promise<readonly Finding[]> {
  const { bavail, bsize } = await statfs((await isFolder(orgFolder)) ? orgFolder : '.')
  return [judgeSpace(bavail * bsize)]
}

async function maker(session: Session, folder: string): Promise<readonly Finding[]> {
  if (!(await isFolder(folder))) return []
  const { forecastExpiry, listProducts, readLifetimes, readOrganisation } = await import('@sealift/maker')
  const disk = realDisk(folder)
  const nowMs = session.clock.nowMs()
  return whole('maker', async () => {
    const { name } = await readOrganisation(disk)
    const products = await listProducts(disk)
    const expiries = forecastExpiry(await readLifetimes(disk), nowMs)
    return [
      ok('maker', `${folder}, of ${name}`),
      ...(await lookAtSecrets('offline keys', join(folder, 'keys'))),
      ...(await lookForKeys(join(folder, 'keys'), [...ROLES, ...products.map(({ id }) => productRoleOf(id))])),
      ...expiries.map((expiry) => judgeExpiry(expiry, nowMs, renewalOf(expiry.what))),
    ]
  })
}

async function server(folder: string): Promise<readonly Finding[]> {
  if (!(await isFolder(folder))) return []
  const secrets = ['keys', 'tls', 'ca'].map((name) => lookAtSecrets(`server ${name}`, join(folder, name)))
  return (await Promise.all(secrets)).flat()
}

async function people(session: Session, folder: string): Promise<readonly Finding[]> {
  const hasFolder = await isFolder(folder)
  if (!hasFolder && session.terminal.env['SEALIFT_URL'] === undefined) return []
  const file = join(folder, 'connection.json')
  return whole('connection', async () => [
    ...(hasFolder ? [await lookAtSecret('connection', file)] : []),
    ...(await withApi(session, (api) => lookAtServer(api, session.clock.nowMs()))),
  ])
}

function nothingHere(orgFolder: string): Finding {
  return fail('organisation', `none in ${orgFolder}`, 'make one with `sealift init`, or point to it with --org')
}

// A part that cannot be read is a finding, not the end of the round.
async function whole(what: string, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof Fault) return [fail(what, error.message, 'restore it from a backup')]
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return [fail(what, message, 'restore it from a backup, and check who may read it')]
  }
}

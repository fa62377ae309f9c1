// The attacker of the story: takes everything that lies on the server, and tries it on a copy of a real device.

import { createHash, createPrivateKey } from 'node:crypto'
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readStatus } from '@sealift/agent'
import { type FaultCode, targetPathOf } from '@sealift/protocol'
import { type Signer, signerOf } from '@sealift/trust'
import { realDisk } from '@sealift/world/real'
import { type Attack, attacksOn, type Loot, type Others, type Victim } from '../attack/attacks.ts'
import { readHonestFiles } from '../attack/honest-files.ts'
import type { Organisation } from './organisation.ts'
import type { Reader } from './reader.ts'
import { until } from './until.ts'

export type Refusal = { readonly attack: string; readonly number: number; readonly faults: readonly FaultCode[] }

const REFUSAL_MS = 120_000

/**
 * Try the five attacks, each on a fresh copy of the device.
 * @returns what the device answered; an attack that was not refused as it must be is thrown as an error
 */
export async function attack(
  organisation: Organisation,
  deviceFolder: string,
  reader: Reader,
  victim: Victim,
  others: Others,
  image: Uint8Array,
  told: (refusal: Refusal) => void,
): Promise<readonly Refusal[]> {
  const loot = await plunder(organisation.orgFolder, reader, victim, others, image)
  const refusals: Refusal[] = []
  for (const each of attacksOn(victim, loot, others)) {
    const refusal = await tryOn(each, deviceFolder, organisation)
    refusals.push(refusal)
    told(refusal)
  }
  return refusals
}

async function plunder(
  orgFolder: string,
  reader: Reader,
  victim: Victim,
  others: Others,
  image: Uint8Array,
): Promise<Loot> {
  const server = join(orgFolder, 'server')
  const nowMs = Date.now()
  const root = Buffer.from((await reader.repositoryFile('1.root.json', 1 << 20)) ?? '').toString('utf8')
  const paths = [
    targetPathOf(victim.product, others.newer),
    targetPathOf(victim.product, others.older),
    targetPathOf(others.foreign.product, others.foreign.version),
  ]
  return {
    tls: {
      keyPem: await readFile(join(server, 'tls', 'key.pem'), 'utf8'),
      certificatePem: await readFile(join(server, 'tls', 'cert.pem'), 'utf8'),
    },
    keys: {
      directorTargets: await stealKeys(server, 'director-targets'),
      directorSnapshot: await stealKeys(server, 'director-snapshot'),
      directorTimestamp: await stealKeys(server, 'director-timestamp'),
      imageSnapshot: await stealKeys(server, 'image-snapshot'),
      imageTimestamp: await stealKeys(server, 'image-timestamp'),
    },
    directorRoot: await readFile(join(orgFolder, 'maker', 'director', 'root.json'), 'utf8'),
    honest: await readHonestFiles(root, reader.repositoryFile, paths, nowMs),
    image,
    nowMs,
  }
}

async function stealKeys(server: string, role: string): Promise<readonly Signer[]> {
  const text = await readFile(join(server, 'keys', `${role}.pem`), 'utf8')
  return (
    text
      .match(/-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g)
      ?.map((pem) => signerOf(createPrivateKey(pem))) ?? []
  )
}

async function tryOn(attack: Attack, deviceFolder: string, organisation: Organisation): Promise<Refusal> {
  const trap = await attack.set()
  const faults: FaultCode[] = []
  try {
    for (const [i, url] of trap.urls.entries()) {
      faults.push(await lure(deviceFolder, url, attack.expects[i] as FaultCode, organisation))
    }
  } finally {
    await trap.close()
  }
  return { attack: attack.name, number: attack.number, faults }
}

// The network leads the device to the attacker: on the copy, its server's address does.
async function lure(
  deviceFolder: string,
  url: string,
  expected: FaultCode,
  organisation: Organisation,
): Promise<FaultCode> {
  const copy = `${deviceFolder}-lured`
  await rm(copy, { recursive: true, force: true })
  await cp(deviceFolder, copy, { recursive: true })
  const file = join(copy, 'device.json')
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), deviceUrl: url }))
  const slot = (await readStatus(realDisk(copy)))?.slot
  if (!slot) throw new Error(`${copy} does not say what it runs`)
  const before = await runningContent(copy, slot)
  await rm(join(copy, 'status.json'), { force: true })
  const agent = organisation.runAgent(copy, `${copy}.log`)
  try {
    await until(`the refusal ${expected}`, REFUSAL_MS, async () => {
      const said = (await readStatus(realDisk(copy)))?.fault?.code
      return said === expected ? said : undefined
    })
    const after = (await readStatus(realDisk(copy)))?.slot
    if (after !== slot || (await runningContent(copy, slot)) !== before) {
      throw new Error(`${expected} was said, and yet another image runs`)
    }
    return expected
  } finally {
    await agent.stop()
    await rm(copy, { recursive: true, force: true })
  }
}

// What runs: the image and the boot manifest of the running slot.
async function runningContent(folder: string, slot: 'a' | 'b'): Promise<string> {
  const digest = createHash('sha256')
  for (const name of ['image', 'manifest.json']) digest.update(await readFile(join(folder, 'slots', slot, name)))
  return digest.digest('hex')
}

// Five things an attacker tries who has taken over the network, and the whole server with every key on it.

import { createHash } from 'node:crypto'
import { type FaultCode, productRoleOf, targetPathOf } from '@sealift/protocol'
import { expiresAt, readMetadataText } from '@sealift/trust'
import { FORGED_VERSION, forgeDirector, forgeImage, type StolenKeys } from './forge.ts'
import type { HonestFiles } from './honest-files.ts'
import { type Hostile, HostileServer, type Tls } from './hostile-server.ts'
import { selfSigned } from './self-signed.ts'

/** What the attacker has in hand. */
export type Loot = {
  readonly tls: Tls
  readonly keys: StolenKeys
  readonly directorRoot: string
  readonly honest: HonestFiles
  /** Bytes of the genuine image that the victim could be offered. */
  readonly image: Uint8Array
  readonly nowMs: number
}

export type Victim = {
  readonly id: string
  readonly product: string
  readonly hardwareId: string
}

export type Others = {
  /** A genuine release newer than the victim's, for its hardware. */
  readonly newer: string
  /** A genuine release older than the victim's. */
  readonly older: string
  /** A genuine release of another product. */
  readonly foreign: { readonly product: string; readonly version: string }
}

export type Attack = {
  readonly name: string
  /** Number in the catalogue. */
  readonly number: number
  /** The refusals that must be seen, one for each address that the victim is sent to. */
  readonly expects: readonly FaultCode[]
  /** Sets the trap: one address for each expected refusal. */
  readonly set: () => Promise<{ readonly urls: readonly string[]; readonly close: () => Promise<void> }>
}

/** The five attacks of the story. Each needs more than the one before could give. */
export function attacksOn(victim: Victim, loot: Loot, others: Others): readonly Attack[] {
  return [
    {
      name: 'unsigned image',
      number: 1,
      expects: ['verify.threshold'],
      set: () => trap(loot.tls, unsignedImage(victim, loot)),
    },
    {
      name: 'tampered image',
      number: 1,
      expects: ['download.digest'],
      set: () => trap(loot.tls, genuine(victim, loot, victim.product, others.newer, tampered(loot.image))),
    },
    {
      name: 'older signed release',
      number: 2,
      expects: ['verify.downgrade'],
      set: () => trap(loot.tls, genuine(victim, loot, victim.product, others.older, loot.image)),
    },
    {
      name: 'image for another model',
      number: 10,
      expects: ['verify.hardware'],
      set: () => trap(loot.tls, genuine(victim, loot, others.foreign.product, others.foreign.version, loot.image)),
    },
    {
      name: 'plain-HTTP or self-signed server',
      number: 25,
      expects: ['check.plaintext', 'check.untrusted-server'],
      set: () => impostor(victim, loot, others),
    },
  ]
}

async function trap(tls: Tls, hostile: Promise<Hostile>) {
  const server = await HostileServer.listen(tls, await hostile)
  return { urls: [server.url], close: () => server.close() }
}

// The address says http in one case; in the other the certificate is the attacker's own.
async function impostor(victim: Victim, loot: Loot, others: Others) {
  const hostile = await genuine(victim, loot, victim.product, others.newer, loot.image)
  const server = await HostileServer.listen(await selfSigned(loot.nowMs), hostile)
  return { urls: [server.url.replace('https:', 'http:'), server.url], close: () => server.close() }
}

// A genuine release under a forged assignment: what a stolen director can do at most.
async function genuine(
  victim: Victim,
  loot: Loot,
  product: string,
  version: string,
  image: Uint8Array,
): Promise<Hostile> {
  const path = targetPathOf(product, version)
  const target = loot.honest.targets.get(path)
  if (!target) throw new Error(`no such target: ${path}`)
  return {
    director: await forgeDirector(loot.keys, loot.directorRoot, victim, path, target, loot.nowMs),
    image: loot.honest.files,
    target: image,
  }
}

// The attacker's own program, listed in the product's metadata, whose signatures the attacker cannot make.
async function unsignedImage(victim: Victim, loot: Loot): Promise<Hostile> {
  const { honest } = loot
  const image = Buffer.from('#!/bin/sh\necho owned\n')
  const path = targetPathOf(victim.product, '9.9.9')
  const role = productRoleOf(victim.product)
  const { signed, signatures } = readMetadataText('targets', honest.repository.texts.delegated[role] ?? '')
  const hashes = { sha256: createHash('sha256').update(image).digest('hex') }
  const forged = {
    ...signed,
    version: FORGED_VERSION,
    expires: expiresAt(loot.nowMs + 3_600_000),
    targets: { [path]: { length: image.byteLength, hashes } },
  }
  const text = JSON.stringify({ signatures, signed: forged })
  const meta = honest.repository.snapshot.meta
  return {
    director: await forgeDirector(
      loot.keys,
      loot.directorRoot,
      victim,
      path,
      { length: image.byteLength, hashes },
      loot.nowMs,
    ),
    image: await forgeImage(loot.keys, honest.files, meta, role, text, loot.nowMs),
    target: image,
  }
}

function tampered(image: Uint8Array): Uint8Array {
  const bytes = Buffer.from(image)
  const middle = bytes.byteLength >> 1
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
  return bytes
}

// Every way an update can fail, named by the stage where it fails.

import type { Beside, DeviceStep, Stage } from './life.ts'

/**
 * retry   whether trying the same thing again can help
 * means   what happened, for a person
 * next    what that person can do about it
 * attack  number of the attack this refusal names (docs/attacks.md), where it names one
 */
type Kind = {
  readonly retry: 'never' | 'later' | 'now'
  readonly means: string
  readonly next: string
  readonly attack?: number
}

// Codes travel: the device reports one, the server counts it, the console explains it.
// A code is therefore never renamed and never reused.
export const FAULTS = {
  'build.image': {
    retry: 'never',
    means: 'the image file cannot be used',
    next: 'check the path; an image is a readable file of at least one byte, up to the size limit',
  },
  'build.version': {
    retry: 'never',
    means: 'not a version we can order',
    next: 'use MAJOR.MINOR.PATCH, for example 1.4.0',
  },
  'build.release': {
    retry: 'never',
    means: 'the release is not described well enough, or exists already',
    next: 'see `sealift release create --help`; a version is released once, so raise it',
  },
  'build.organisation': {
    retry: 'never',
    means: 'the organisation is not described well enough',
    next: 'see `sealift init --help`; the facts name what is amiss',
  },
  'build.product': {
    retry: 'never',
    means: 'the product is not described well enough',
    next: 'see `sealift product add --help`; the facts name what is amiss',
  },
  'build.unknown': {
    retry: 'never',
    means: 'no such product or release in this folder',
    next: 'list what there is: `sealift release list`; make it with `sealift product add` or `sealift release create`',
  },
  'sign.passphrase': {
    retry: 'now',
    means: 'the key file does not open with this passphrase',
    next: 'set SEALIFT_PASSPHRASE or use --passphrase-file',
  },
  'sign.key': {
    retry: 'never',
    means: 'the key that this role needs is missing or of the wrong kind',
    next: 'run `sealift doctor` to see which keys this folder holds',
  },
  'publish.unsigned': {
    retry: 'never',
    means: 'the release is not signed yet',
    next: 'sign it first: `sealift release sign`',
  },
  'publish.refused': {
    retry: 'never',
    means: 'the server did not accept what was published',
    next: 'read the reason below; publish again after mending it',
  },
  'publish.unreachable': {
    retry: 'later',
    means: 'the server cannot be reached',
    next: 'is `sealift serve` running? check the address with `sealift doctor`',
  },
  'publish.truncated': {
    retry: 'now',
    means: 'the upload ended before its announced length',
    next: 'send it again; nothing was stored',
  },
  'publish.digest': {
    retry: 'now',
    means: 'the uploaded bytes are not the bytes that were announced',
    next: 'send it again; nothing was stored',
  },
  'publish.conflict': {
    retry: 'never',
    means: 'the server already holds something else under this name or a newer version of it',
    next: 'fetch the current state first (`sealift release list`), then sign the next version',
  },
  'assign.unknown': {
    retry: 'never',
    means: 'no such product, release, device or rollout here',
    next: 'list what there is: `sealift device list`, `sealift release list`, `sealift rollout watch`',
  },
  'assign.state': {
    retry: 'never',
    means: 'the rollout is not in a state that allows this',
    next: 'look at it with `sealift rollout watch ID`',
  },
  'assign.invalid': {
    retry: 'never',
    means: 'the request is not of the form that this route takes',
    next: 'the problem names the field; the form is in /openapi.json',
  },
  'assign.approval': {
    retry: 'never',
    means: 'this needs the approval of another person',
    next: 'ask a second operator to approve it in the console',
  },
  'deliver.not-yours': {
    retry: 'never',
    means: 'not found',
    next: 'a device sees its own metadata and the images assigned to it, nothing else',
    attack: 34,
  },
  'deliver.range': {
    retry: 'never',
    means: 'the asked range lies outside the image',
    next: 'ask for a range within the signed length',
  },
  'deliver.busy': {
    retry: 'later',
    means: 'the server is at its limit of concurrent downloads',
    next: 'wait as long as Retry-After says',
  },
  'check.plaintext': {
    retry: 'never',
    means: 'the server address is not https',
    next: 'use an https:// address; there is no plaintext mode',
    attack: 29,
  },
  'check.untrusted-server': {
    retry: 'later',
    means: 'the server does not prove that it is ours',
    next: 'the certificate must chain to the server authority this device was enrolled with',
    attack: 25,
  },
  'check.unreachable': {
    retry: 'later',
    means: 'the server cannot be reached',
    next: 'nothing to do on the device; it asks again by itself',
    attack: 13,
  },
  'check.refused': {
    retry: 'later',
    means: 'the server answered, but not with what was asked',
    next: 'see the status in the facts; the server log has the same request',
  },
  'check.endless': {
    retry: 'later',
    means: 'an answer is longer than its limit',
    next: 'nothing was kept; a repeat points to a hostile or broken server',
    attack: 6,
  },
  'check.slow': {
    retry: 'later',
    means: 'an answer came slower than the minimum speed or past its deadline',
    next: 'nothing was kept; the device asks again by itself',
    attack: 7,
  },
  'verify.format': {
    retry: 'never',
    means: 'metadata is not of its standard form',
    next: 'the server serves something that nobody signed; look at its repository',
    attack: 21,
  },
  'verify.threshold': {
    retry: 'never',
    means: 'too few valid signatures',
    next: 'the metadata is not signed by the keys that this device trusts for the role',
    attack: 1,
  },
  'verify.rollback': {
    retry: 'never',
    means: 'older than what this device already trusts',
    next: 'publish something newer; a restored server must raise its versions',
    attack: 3,
  },
  'verify.expired': {
    retry: 'later',
    means: 'signed statement is past its date',
    next: 'the server must renew its metadata; check the device clock as well',
    attack: 4,
  },
  'verify.mix-and-match': {
    retry: 'never',
    means: 'parts of the metadata do not belong together',
    next: 'the repository serves files of different days; publish it whole',
    attack: 8,
  },
  'verify.mismatch': {
    retry: 'never',
    means: 'director and image repository do not say the same of this image',
    next: 'one of the two repositories is wrong or held by somebody else',
    attack: 19,
  },
  'verify.not-signed': {
    retry: 'never',
    means: 'no trusted role of the image repository has signed this image',
    next: 'sign and publish the release; an assignment alone is not enough',
    attack: 1,
  },
  'verify.delegation': {
    retry: 'never',
    means: 'a role speaks for paths that were not delegated to it, or delegations run too deep',
    next: 'look at the delegations in targets.json',
    attack: 17,
  },
  'verify.other-device': {
    retry: 'never',
    means: 'the assignment is for another device',
    next: 'the director mixes up devices, or somebody replays an assignment',
    attack: 20,
  },
  'verify.hardware': {
    retry: 'never',
    means: 'the image is not for this hardware',
    next: 'assign a release whose hardware ids include this device',
    attack: 10,
  },
  'verify.downgrade': {
    retry: 'never',
    means: 'the release is older than the one installed',
    next: 'release the old content again under a higher version and counter',
    attack: 2,
  },
  'verify.floor': {
    retry: 'never',
    means: 'the security counter is below the floor of this device',
    next: 'a release must carry at least the security counter that was confirmed last',
    attack: 2,
  },
  'verify.state': {
    retry: 'never',
    means: 'the stored trust state is damaged',
    next: 'the device falls back to its pinned roots and asks again',
    attack: 22,
  },
  'download.digest': {
    retry: 'later',
    means: 'bytes are not the bytes that were signed',
    next: 'nothing was armed; a repeat points to a hostile or broken store',
    attack: 1,
  },
  'download.length': {
    retry: 'later',
    means: 'the image is longer or shorter than signed',
    next: 'nothing was armed; the device asks again by itself',
    attack: 6,
  },
  'download.interrupted': {
    retry: 'now',
    means: 'the connection ended before the image was whole',
    next: 'nothing to do; the device goes on from its last checkpoint',
  },
  'download.slow': {
    retry: 'later',
    means: 'the image came slower than the minimum speed',
    next: 'nothing to do; the device goes on from its last checkpoint',
    attack: 7,
  },
  'download.refused': {
    retry: 'later',
    means: 'the server answered, but not with the part of the image that was asked for',
    next: 'nothing was armed; see the status and the range in the facts',
  },
  'install.space': {
    retry: 'later',
    means: 'image is larger than the slot, or the disk is full',
    next: 'free space on the device, or release a smaller image',
  },
  'install.digest': {
    retry: 'now',
    means: 'the slot does not read back as it was written',
    next: 'the flash may be failing; a repeat points to the hardware',
    attack: 22,
  },
  'install.disk': {
    retry: 'later',
    means: 'the device could not write or read its own disk',
    next: 'see the facts for the operating-system error',
  },
  'boot.manifest': {
    retry: 'never',
    means: 'the boot manifest of the slot is missing, damaged or not signed by the boot key',
    next: 'the boot stage does not start such a slot; install the release again',
    attack: 1,
  },
  'boot.digest': {
    retry: 'never',
    means: 'the slot is not the image that its boot manifest names',
    next: 'the boot stage does not start such a slot; install the release again',
    attack: 22,
  },
  'boot.hardware': {
    retry: 'never',
    means: 'the slot holds an image for other hardware',
    next: 'the boot stage does not start such a slot',
    attack: 10,
  },
  'boot.floor': {
    retry: 'never',
    means: 'the slot is below the security counter of this device',
    next: 'the boot stage does not start such a slot',
    attack: 52,
  },
  'boot.tries': {
    retry: 'never',
    means: 'the new image used up its tries without being confirmed',
    next: 'the device runs the old version; look at the boot log',
    attack: 51,
  },
  'boot.no-slot': {
    retry: 'never',
    means: 'neither slot can be started',
    next: 'provision the device again',
  },
  'boot.state': {
    retry: 'never',
    means: 'both copies of the boot state are damaged',
    next: 'provision the device again',
  },
  'boot.trial': {
    retry: 'later',
    means: 'a new image is on trial, so the other slot is the way home and is not touched',
    next: 'nothing to do; the trial is confirmed or given up by itself',
  },
  'boot.gone': {
    retry: 'now',
    means: 'the boot stage has ended',
    next: 'nothing to do; the agent starts it again',
  },
  'confirm.unhealthy': {
    retry: 'never',
    means: 'new image did not pass its health check',
    next: 'the device runs the old version; the check says why in the facts',
    attack: 51,
  },
  'confirm.hang': {
    retry: 'never',
    means: 'new image stopped answering and the watchdog fired',
    next: 'the device runs the old version; look for a dead-lock in the new one',
    attack: 51,
  },
  'confirm.crash': {
    retry: 'never',
    means: 'new image ended by itself while on trial',
    next: 'the device runs the old version; look at the exit code in the facts',
    attack: 51,
  },
  'confirm.late': {
    retry: 'never',
    means: 'nobody confirmed the new image in time',
    next: 'the device runs the old version; look whether the agent ran beside the new one',
    attack: 51,
  },
  'confirm.unreachable': {
    retry: 'never',
    means: 'the server could not be reached from the new image in time',
    next: 'the device runs the old version; look at the network of the new one, or whether the server was away then',
  },
  'confirm.refused': {
    retry: 'never',
    means: 'the owner does not want this version',
    next: 'offer another version; security updates go on',
  },
  'report.invalid': {
    retry: 'never',
    means: 'the report is not of the form that this route takes',
    next: 'the form is in /openapi.json',
  },
  'report.signature': {
    retry: 'never',
    means: 'the report is not signed by the device that sends it',
    next: 'somebody speaks for this device; look at its certificate',
    attack: 14,
  },
  'report.replay': {
    retry: 'never',
    means: 'a report with this sequence number and other content was already accepted',
    next: 'two devices may share one identity; look at both networks',
    attack: 32,
  },
  'audit.chain': {
    retry: 'never',
    means: 'the journal does not chain: an entry was changed, removed or moved',
    next: 'keep the file, compare it with an earlier export, and find out who could write to the database',
    attack: 48,
  },
  'enrol.token': {
    retry: 'never',
    means: 'the claim token is unknown, used up or past its date',
    next: 'make a new one: `sealift enrol --product ID`',
    attack: 45,
  },
  'enrol.request': {
    retry: 'never',
    means: 'the certificate request is not acceptable',
    next: 'send a PKCS#10 request with a P-256 key, signed by that key',
  },
  'enrol.identity': {
    retry: 'never',
    means: 'this certificate is not a device of ours, or was revoked',
    next: 'enrol the device again with a new claim token',
    attack: 31,
  },
  'access.required': {
    retry: 'never',
    means: 'not signed in',
    next: 'open the sign-in link that the server printed, or set SEALIFT_TOKEN',
  },
  'access.denied': {
    retry: 'never',
    means: 'not allowed',
    next: 'ask an administrator for the role that allows it',
    attack: 35,
  },
  'access.link': {
    retry: 'never',
    means: 'the sign-in link is unknown, used or past its date',
    next: 'make a new one: `sealift serve` prints it, `sealift doctor --sign-in` as well',
  },
  'access.forged': {
    retry: 'never',
    means: 'the request comes from another site',
    next: 'use the console at its own address',
    attack: 38,
  },
  'access.rate': {
    retry: 'later',
    means: 'too many requests',
    next: 'wait as long as Retry-After says',
    attack: 46,
  },
  'access.limit': {
    retry: 'never',
    means: 'the request is larger than this route takes',
    next: 'the limits stand in /openapi.json; an image must fit the largest length that the server was told to take',
    attack: 6,
  },
  'keep.busy': {
    retry: 'later',
    means: 'another process already works in this folder',
    next: 'stop the other one, or use another folder',
  },
  'keep.missing': {
    retry: 'never',
    means: 'the folder or file is not there, or not one of ours',
    next: 'make an organisation with `sealift init`, or point to it with --org',
  },
  'keep.exists': {
    retry: 'never',
    means: 'there is something in the way already',
    next: 'use another folder, or remove what is there',
  },
  'keep.full': {
    retry: 'later',
    means: 'the disk is full',
    next: 'free some space; nothing that was acknowledged is lost',
  },
  'keep.damaged': {
    retry: 'never',
    means: 'a stored file does not read as what it should be',
    next: 'restore it from a backup; run `sealift doctor`',
  },
} as const satisfies Record<`${Stage | DeviceStep | Beside}.${string}`, Kind>

export type FaultCode = keyof typeof FAULTS
export type Facts = Readonly<Record<string, string | number | boolean>>

/** A failure the design foresees. A bug is not a fault: it fails an `assert` and ends the process. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: FaultCode
  readonly facts: Facts

  constructor(code: FaultCode, facts: Facts = {}, options?: ErrorOptions) {
    super(`${code}: ${FAULTS[code].means} ${JSON.stringify(facts)}`, options)
    this.code = code
    this.facts = facts
  }
}

/** The row of the table that belongs to a code, typed so that `attack` may be asked for. */
export function faultKind(code: FaultCode): Kind {
  return FAULTS[code]
}

/** True for a code of ours; false for a word that another version of the software may use. */
export function isFaultCode(word: string): word is FaultCode {
  return Object.hasOwn(FAULTS, word)
}

// The owner's word, as a file in the device's folder: written by the owner's command, read by the agent.

import { Consent, checkShape, Fault, parseJson } from '@sealift/protocol'
import { type Disk, replaceFile } from '@sealift/world'
import { FILES } from './folder.ts'
import { CONSENT_BYTES_MAX } from './limits.ts'

/** The owner's last word; undefined when there is none, or when what stands there is no word of ours. */
export async function readConsent(disk: Disk): Promise<Consent | undefined> {
  const bytes = await disk.read(FILES.consent)
  if (!bytes) return undefined
  try {
    return parseJson(Consent, bytes, { lengthBytesMax: CONSENT_BYTES_MAX }, 'keep.damaged')
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

/**
 * Take down the owner's word about one version, in place of the last. A running agent sees it within seconds.
 *
 * @param disk  the device's folder
 * @throws {Fault} `assign.invalid` when the word is not of its form
 */
export async function writeConsent(disk: Disk, word: Omit<Consent, 'format'>): Promise<Consent> {
  const consent = checkShape(Consent, { format: 'sealift-consent-1', ...word }, 'assign.invalid')
  await replaceFile(disk, FILES.consent, Buffer.from(JSON.stringify(consent)))
  return consent
}

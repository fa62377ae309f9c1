// May this release be installed now? The owner's word, within the limits of its class. Pure.

import { type Consent, DEFER_MS_MAX, needsOwner, type Release } from '@sealift/protocol'
import { ASK_AGAIN_MS } from './limits.ts'

export type Permission =
  | { readonly word: 'go' }
  | { readonly word: 'ask' }
  | { readonly word: 'refused' }
  /** `untilMs`: then the owner is asked again, or a security update goes on by itself. */
  | { readonly word: 'deferred'; readonly untilMs: number }

/**
 * @param consent      the owner's last word; it counts only for the version it names
 * @param offeredAtMs  when this version was first offered: the longest deferral counts from here
 */
export function permissionOf(
  release: Pick<Release, 'class' | 'version'>,
  consent: Consent | undefined,
  offeredAtMs: number,
  nowMs: number,
): Permission {
  const word = consent?.version === release.version ? consent : undefined
  if (word?.decision === 'approve') return { word: 'go' }
  return needsOwner(release.class) ? ofFeature(word, nowMs) : ofSecurity(release.class, word, offeredAtMs, nowMs)
}

function ofFeature(word: Consent | undefined, nowMs: number): Permission {
  if (!word) return { word: 'ask' }
  if (word.decision === 'refuse') return { word: 'refused' }
  const untilMs = word.untilMs ?? word.atMs + ASK_AGAIN_MS
  return nowMs < untilMs ? { word: 'deferred', untilMs } : { word: 'ask' }
}

// A security update can be put off, not refused: a refusal is a deferral to the limit.
function ofSecurity(
  releaseClass: Release['class'],
  word: Consent | undefined,
  offeredAtMs: number,
  nowMs: number,
): Permission {
  if (!word) return { word: 'go' }
  const limitMs = offeredAtMs + DEFER_MS_MAX[releaseClass]
  const wishedMs = word.decision === 'defer' ? (word.untilMs ?? limitMs) : limitMs
  const untilMs = Math.min(wishedMs, limitMs)
  return nowMs < untilMs ? { word: 'deferred', untilMs } : { word: 'go' }
}

// Find who speaks for a path: delegations followed in order, each within its paths. TUF 1.0.34 §5.6.7.

import { createHash } from 'node:crypto'
import { Fault } from '@sealift/protocol'
import type { DelegatedRole, Target, Targets } from './metadata.ts'
import { type FetchFile, type Repository, readTargetsRole } from './repository.ts'

/** Most roles visited in one search: a hostile repository must not be able to keep us walking. */
export const ROLES_VISITED_MAX = 32

export type Found = {
  /** With the delegated texts that were read kept in it. */
  readonly repository: Repository
  readonly target: Target | undefined
  /** Name of the role that signed the target. */
  readonly role: string | undefined
}

/**
 * The target of this path, by the first role that lists it: pre-order, depth first, ending at a terminating role.
 * @throws {Fault} as `refreshRepository`, and `verify.delegation` when delegations run too deep
 */
export async function findTarget(
  repository: Repository,
  fetch: FetchFile,
  path: string,
  nowMs: number,
): Promise<Found> {
  const delegated = { ...repository.texts.delegated }
  const found = (target: Target | undefined, role: string | undefined): Found => ({
    repository: { ...repository, texts: { ...repository.texts, delegated } },
    target,
    role,
  })
  const visited = new Set<string>()
  // A stack of roles still to visit, the next one last.
  const ahead: { role: DelegatedRole | undefined; delegator: Targets }[] = [
    { role: undefined, delegator: repository.targets },
  ]
  for (let next = ahead.pop(); next; next = ahead.pop()) {
    const name = next.role?.name ?? 'targets'
    if (visited.has(name)) continue
    if (visited.size >= ROLES_VISITED_MAX) throw new Fault('verify.delegation', { why: 'too many roles', path })
    visited.add(name)
    const targets = next.role ? await readDelegated(next.role, next.delegator) : next.delegator
    if (Object.hasOwn(targets.targets, path)) return found(targets.targets[path], name)
    const onward = (targets.delegations?.roles ?? []).filter((role) => speaksFor(role, path))
    const last = onward.findIndex((role) => role.terminating)
    // A terminating role ends the search: what stands behind it, here or at its delegators, is not asked.
    if (last >= 0) ahead.length = 0
    const asked = last >= 0 ? onward.slice(0, last + 1) : onward
    for (const role of asked.toReversed()) ahead.push({ role, delegator: targets })
  }
  return found(undefined, undefined)

  async function readDelegated(role: DelegatedRole, delegator: Targets): Promise<Targets> {
    const kept = Object.hasOwn(delegated, role.name) ? delegated[role.name] : undefined
    const read = await readTargetsRole(
      repository,
      { role: role.name, keys: delegator.delegations?.keys ?? {}, roleKeys: role, kept },
      fetch,
      nowMs,
    )
    delegated[role.name] = read.text
    return read.signed
  }
}

/** True when the delegation covers this path. */
export function speaksFor(role: DelegatedRole, path: string): boolean {
  if (role.path_hash_prefixes) {
    const digest = createHash('sha256').update(path, 'utf8').digest('hex')
    return role.path_hash_prefixes.some((prefix) => digest.startsWith(prefix))
  }
  return (role.paths ?? []).some((pattern) => matchesPattern(pattern, path))
}

/** `*` any characters and `?` one character, never across `/`; everything else stands for itself. TUF 1.0.34 §4.5. */
export function matchesPattern(pattern: string, path: string): boolean {
  const patternSegments = pattern.split('/')
  const pathSegments = path.split('/')
  if (patternSegments.length !== pathSegments.length) return false
  return patternSegments.every((segment, i) => matchesSegment(segment, pathSegments[i] ?? ''))
}

// Greedy with one point of return: linear for a pattern with one star, quadratic at worst, never exponential (attack 42).
function matchesSegment(pattern: string, text: string): boolean {
  let p = 0
  let t = 0
  let star = -1
  let starText = 0
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++
      starText = t
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++starText
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

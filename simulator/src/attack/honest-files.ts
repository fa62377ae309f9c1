// The image repository as anybody can read it: an attacker starts from the genuine files.

import { type FetchFile, findTarget, type Repository, refreshRepository, type Target } from '@sealift/trust'

export type HonestFiles = {
  /** Genuine files by name. */
  readonly files: ReadonlyMap<string, string>
  readonly repository: Repository
  readonly targets: ReadonlyMap<string, Target>
}

/**
 * Read the repository through `fetch`, and the targets of `paths`.
 * @param rootText  the image repository's first root
 */
export async function readHonestFiles(
  rootText: string,
  fetch: FetchFile,
  paths: readonly string[],
  nowMs: number,
): Promise<HonestFiles> {
  const files = new Map<string, string>([['1.root.json', rootText]])
  const recording: FetchFile = async (file, lengthBytesMax) => {
    const bytes = await fetch(file, lengthBytesMax)
    if (bytes) files.set(file, Buffer.from(bytes).toString('utf8'))
    return bytes
  }
  let repository = await refreshRepository({ root: rootText, delegated: {} }, recording, nowMs)
  const targets = new Map<string, Target>()
  for (const path of paths) {
    const found = await findTarget(repository, recording, path, nowMs)
    repository = found.repository
    if (!found.target) throw new Error(`the repository does not list ${path}`)
    targets.set(path, found.target)
  }
  return { files, repository, targets }
}

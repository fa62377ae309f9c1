// Finds a Node that can run our sources: the one that runs now, or the one that came with the project. Plain enough for Node 20.

import { createRequire } from 'node:module'

/** The oldest Node that the tests run on; argon2 and ML-DSA came to node:crypto a little earlier. */
export const NODE_OLDEST = [26, 0]

// Packages that carry the binary, one for each platform: optional dependencies of the project's root.
const NODE_PACKAGES = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`]

/** True when the Node that runs now will do. */
export function isNewEnough() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [majorOldest, minorOldest] = NODE_OLDEST
  const newEnough = major > majorOldest || (major === majorOldest && minor >= minorOldest)
  return newEnough && Boolean(process.features.typescript)
}

/**
 * Path of the Node that came with the project; undefined when its package is not installed. Found by its package and not
 * in `node_modules/.bin`: npm 10 does not link a command there that the package of another platform has as well.
 */
export function newerNode() {
  const require = createRequire(import.meta.url)
  for (const name of NODE_PACKAGES) {
    try {
      return require.resolve(`${name}/bin/node`)
    } catch {
      // Not the package of this platform, or optional packages were left out.
    }
  }
  return undefined
}

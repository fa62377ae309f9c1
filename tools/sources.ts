// Every source file of the house: whose it is, what it says, and what it imports.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

export type Package = {
  /** Folder from the root, for example `ground/trust`. */
  readonly folder: string
  /** Name without `@sealift/`. */
  readonly name: string
  /** Doors that other packages may enter by: `.`, `./real`. */
  readonly doors: readonly string[]
}

export type Source = {
  /** Path from the root. */
  readonly path: string
  /** Package that the file belongs to; undefined for the files of the house itself (tools, config files). */
  readonly home: Package | undefined
  readonly text: string
  /** The text without comments and without what stands in single quotes; lines keep their numbers. */
  readonly code: string
  readonly imports: readonly string[]
}

// A slash pair inside a string, a template or a regular expression is no comment, so these are stepped over first.
const COMMENT_OR_TEXT =
  /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|(?<![:\\])\/\/[^\n]*/g

export const packages: readonly Package[] = readPackages()

export const sources: readonly Source[] = [
  ...filesIn('.', false),
  ...filesIn('tools', true),
  ...packages.flatMap(({ folder }) => filesIn(folder, true)),
]
  .filter((path) => /\.(tsx?|js)$/.test(path))
  .map(readSource)

/** Content of a file of the house; undefined when it is not there. */
export function read(path: string): string | undefined {
  return existsSync(ROOT + path) ? readFileSync(ROOT + path, 'utf8') : undefined
}

/** Paths of the files in a folder of the house, sorted; what is built or installed is left out. */
export function filesIn(folder: string, deep: boolean): readonly string[] {
  const prefix = folder === '.' ? '' : `${folder}/`
  return readdirSync(ROOT + folder, { recursive: deep, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => prefix + `${entry.parentPath}/${entry.name}`.slice(`${ROOT}${folder}/`.length))
    .filter((path) => !/(^|\/)(node_modules|dist)\//.test(path))
    .sort()
}

/** True for what runs only in a test: it may use the real world, and nothing may depend on it. */
export function isTest(path: string): boolean {
  return /\.test\.tsx?$|\/test\/|(^|\/)trial-[a-z-]+\.ts$/.test(path)
}

function readPackages(): readonly Package[] {
  const { workspaces } = JSON.parse(read('package.json') ?? '') as { workspaces: readonly string[] }
  return workspaces.map((folder) => {
    const described = JSON.parse(read(`${folder}/package.json`) ?? '') as {
      name: string
      exports?: Readonly<Record<string, string>>
    }
    return { folder, name: described.name.replace('@sealift/', ''), doors: Object.keys(described.exports ?? {}) }
  })
}

function readSource(path: string): Source {
  const text = read(path) ?? ''
  const bare = withoutComments(text)
  return {
    path,
    home: packages.find(({ folder }) => path.startsWith(`${folder}/`)),
    text,
    code: bare.replace(/'(?:\\.|[^'\\\n])*'/g, "''"),
    imports: importsOf(bare),
  }
}

function withoutComments(text: string): string {
  return text.replace(COMMENT_OR_TEXT, (found) => (found.startsWith('/') ? found.replace(/[^\n]/g, '') : found))
}

function importsOf(code: string): readonly string[] {
  const found = code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)
  return [...found].map((match) => match[1] ?? '')
}

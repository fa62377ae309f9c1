// What this device trusts of both repositories, kept between runs.

import { Fault, parseJson } from '@sealift/protocol'
import { LENGTH_BYTES_MAX, type RepositoryTexts, type TrustState } from '@sealift/trust'
import { type Disk, replaceFile } from '@sealift/world'
import Type from 'typebox'
import { requireFile } from './device-file.ts'
import { FILES } from './folder.ts'

const Text = Type.String()
const Texts = Type.Object({
  root: Text,
  timestamp: Type.Optional(Text),
  snapshot: Type.Optional(Text),
  targets: Type.Optional(Text),
  delegated: Type.Record(Text, Text),
})
const Kept = Type.Object({ format: Type.Literal('sealift-trust-1'), director: Texts, image: Texts })

const STATE_BYTES_MAX = 4 * (LENGTH_BYTES_MAX.root + LENGTH_BYTES_MAX.snapshot + LENGTH_BYTES_MAX.targets)

/**
 * What was kept; the roots that the device was enrolled with when nothing was kept, or when what was kept is damaged.
 * @throws {Fault} `keep.missing`
 */
export async function readTrustState(disk: Disk): Promise<{ state: TrustState; damage?: Fault }> {
  const bytes = await disk.read(FILES.trustState)
  if (!bytes) return { state: await pinned(disk) }
  try {
    const { director, image } = parseJson(Kept, bytes, { lengthBytesMax: STATE_BYTES_MAX }, 'verify.state')
    return { state: { director, image } }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { state: await pinned(disk), damage: error }
  }
}

export async function writeTrustState(disk: Disk, state: TrustState): Promise<void> {
  await replaceFile(disk, FILES.trustState, Buffer.from(JSON.stringify({ format: 'sealift-trust-1', ...state })))
}

async function pinned(disk: Disk): Promise<TrustState> {
  const [director, image] = [await requireFile(disk, FILES.directorRoot), await requireFile(disk, FILES.imageRoot)]
  return { director: rootOnly(director), image: rootOnly(image) }
}

function rootOnly(root: Uint8Array): RepositoryTexts {
  return { root: Buffer.from(root).toString('utf8'), delegated: {} }
}

// `sealift product add`: keys for a new product line, and the server told of it.

import { Fault, PEOPLE_ROUTES, type Product, ProductView } from '@sealift/protocol'
import type { Disk } from '@sealift/world'
import { realChance, realDisk } from '@sealift/world/real'
import { withApi } from '../api.ts'
import { argument, asText, command, each, flag, option } from '../command.ts'
import { withDryDisk } from '../dry-disk.ts'
import { requireSide } from '../org.ts'
import { paint } from '../output/paint.ts'
import { plainProductFacts } from '../output/product-lines.ts'
import { say } from '../output/safe-text.ts'
import { openPassphrase, passphraseFile } from '../passphrase.ts'
import type { Session } from '../session.ts'
import { supportOf, supportOptions } from '../support-options.ts'
import { UsageError } from '../usage-error.ts'

export const addProduct = command({
  summary: 'add a product line: release keys of its own, and its entry on the server',
  more: `What is there already stays as it is, so that the command can be called again: after it was interrupted, or to tell the
server of a product that was added with --offline.`,
  arguments: { product: argument('<product>', 'id: lower-case letters, digits, dots and dashes') },
  options: {
    name: option('--name <name>', 'what people call it; the id when left out'),
    hardware: each('--hardware <id>', 'board model that it runs on', asText),
    ...supportOptions,
    offline: flag('--offline', 'only make the keys; the server is told later'),
    passphraseFile,
  },
  writes: true,
  inOrg: true,
  examples: [
    'sealift product add thermostat --name Thermostat --hardware thermo-1',
    'sealift product add lock --hardware lock-1 --hardware lock-2 --end-of-security-support 2032-01-01 --end-of-life 2034-01-01',
    'sealift product add thermostat --hardware thermo-1 --dry-run',
  ],
  async run(session, { product: id, name, hardware, offline, passphraseFile: file, ...dates }) {
    if (hardware.length === 0)
      throw new UsageError('a product needs hardware', 'name it with --hardware, for example thermo-1')
    const support = supportOf(dates, undefined, session.clock.nowMs())
    const wanted: Product = { id, name: name ?? id, hardwareIds: [...hardware], support }
    const { product, made } = await here(session, wanted, file)
    const told =
      session.dryRun || offline
        ? undefined
        : await withApi(session, (api) => api.post(ProductView, PEOPLE_ROUTES.products, product))
    const words = session.dryRun
      ? say`dry run: nothing was made, and the server was not told`
      : say`${made ? paint.good('added') : 'it was here already'}${offline ? ', offline' : ', and the server knows it'}`
    const next = say`next: sealift release create --product ${id} --image FILE --version 1.0.0 --summary TEXT`
    const json = {
      ...(session.dryRun && { dryRun: true }),
      product: told ?? product,
      made,
      onServer: told !== undefined,
    }
    return { json, lines: [...plainProductFacts(product), words, next] }
  },
})

type Here = { readonly product: Product; readonly made: boolean }

// The keys and the delegation, which only the maker can make.
async function here(session: Session, wanted: Product, passphraseFile: string | undefined): Promise<Here> {
  const disk = realDisk(await requireSide(session, 'maker'))
  const maker = await import('@sealift/maker')
  const known = (await maker.listProducts(disk)).find(({ id }) => id === wanted.id)
  if (known) return { product: requireSame(known, wanted), made: false }
  const passphrase = await openPassphrase(session, passphraseFile)
  const { clock } = session
  const add = (of: Disk) => maker.addProduct({ disk: of, clock, chance: realChance(), passphrase, product: wanted })
  await (session.dryRun ? withDryDisk(disk, add) : add(disk))
  return { product: wanted, made: true }
}

// Support dates change over time and are the server's to keep; what a product is does not.
function requireSame(known: Product, wanted: Product): Product {
  const same =
    known.name === wanted.name && known.hardwareIds.toSorted().join() === wanted.hardwareIds.toSorted().join()
  if (same) return known
  throw new Fault('keep.exists', { product: known.id, name: known.name, hardware: known.hardwareIds.join(', ') })
}

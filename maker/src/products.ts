// A product line: keys of its own, and the targets role's word that they may sign its releases and nothing else.

import { checkShape, disorderOf, Fault, Product, ProductId, parseJson, productRoleOf } from '@sealift/protocol'
import { type DelegatedRole, readMetadataText, type Signer, type Targets } from '@sealift/trust'
import type { Chance, Clock, Disk } from '@sealift/world'
import { jsonText, NAMES, readOrganisation, readText, writeText } from './folder.ts'
import { listedKeysOf, roleKeysOf } from './keys/listed-keys.ts'
import type { Passphrase } from './keys/passphrase.ts'
import { keepKeys, newKeysOf, openSigners, signersOf } from './keys/role-keys.ts'
import { LIFETIME_MS } from './lifetimes.ts'
import { NO_TARGETS, readOwnTargets, signNextTargets } from './own-targets.ts'

/**
 * Add a product line: release keys, its first and empty metadata, and the delegation to it.
 *
 * The delegation is written last, and only with it the product is there: an interrupted call is simply made again.
 *
 * @throws {Fault} `build.product`, `keep.exists`, `sign.passphrase`
 */
export async function addProduct(options: {
  readonly disk: Disk
  readonly clock: Clock
  readonly chance: Chance
  readonly passphrase: Passphrase
  readonly product: Product
}): Promise<void> {
  const { disk, clock, chance, passphrase } = options
  const { salt } = await readOrganisation(disk)
  const product = readProductWish(options.product)
  const role = productRoleOf(product.id)
  const nowMs = clock.nowMs()
  const targetsSigners = await openSigners(disk, 'image/targets', passphrase)
  const targets = await readOwnTargets(disk, NAMES.imageTargets, 'targets', targetsSigners)
  if (isDelegated(targets, role)) throw new Fault('keep.exists', { product: product.id })

  const keys = newKeysOf(`product/${product.id}`)
  const signers = signersOf(keys)
  await keepKeys(disk, `product/${product.id}`, keys, { passphrase, salt, chance })
  await writeText(
    disk,
    NAMES.productMetadata(product.id),
    await signNextTargets(NO_TARGETS, {}, signers, nowMs + LIFETIME_MS.product),
  )
  await writeText(disk, NAMES.product(product.id), jsonText(product))
  const delegations = delegate(targets, delegationOf(product.id, signers), signers)
  await writeText(
    disk,
    NAMES.imageTargets,
    await signNextTargets(targets, { delegations }, targetsSigners, nowMs + LIFETIME_MS.targets),
  )
}

/** The products of this folder, in the order of their ids. */
export async function listProducts(disk: Disk): Promise<readonly Product[]> {
  await readOrganisation(disk)
  const names = (await disk.list('products')).filter((name) => name.endsWith('.json'))
  const products = await Promise.all(names.map((name) => readWhole(disk, name.slice(0, -'.json'.length))))
  return products.filter((product) => product !== undefined)
}

/** @throws {Fault} `build.unknown`, `keep.missing` */
export async function readProduct(disk: Disk, id: string): Promise<Product> {
  await readOrganisation(disk)
  const product = await readWhole(disk, checkShape(ProductId, id, 'build.unknown'))
  if (!product) throw new Fault('build.unknown', { product: id })
  return product
}

async function readWhole(disk: Disk, id: string): Promise<Product | undefined> {
  const bytes = await disk.read(NAMES.product(id))
  const targets = readMetadataText('targets', await readText(disk, NAMES.imageTargets))
  if (!bytes || !isDelegated(targets.signed, productRoleOf(id))) return undefined
  return parseJson(Product, bytes, { lengthBytesMax: 65_536 }, 'keep.damaged')
}

function readProductWish(wish: Product): Product {
  const product = checkShape(Product, wish, 'build.product')
  const [disordered] = disorderOf(product.support)
  if (disordered) throw new Fault('build.product', { why: 'support dates are out of order', at: disordered })
  return product
}

function isDelegated(targets: Targets, role: string): boolean {
  return (targets.delegations?.roles ?? []).some(({ name }) => name === role)
}

// Terminating: for paths of this product nobody behind it in the list is asked.
function delegationOf(product: string, signers: readonly Signer[]): DelegatedRole {
  return { name: productRoleOf(product), ...roleKeysOf(signers), paths: [`${product}/*/*`], terminating: true }
}

function delegate(targets: Targets, role: DelegatedRole, signers: readonly Signer[]): Targets['delegations'] & object {
  return {
    keys: { ...targets.delegations?.keys, ...listedKeysOf(signers) },
    roles: [...(targets.delegations?.roles ?? []), role],
  }
}

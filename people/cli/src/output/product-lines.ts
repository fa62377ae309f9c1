// How a product reads on a terminal.

import type { Product, ProductView, Support } from '@sealift/protocol'
import { paint } from './paint.ts'
import { moment } from './quantities.ts'
import { type SafeText, say } from './safe-text.ts'
import { type Column, facts, table } from './table.ts'

export function productTable(products: readonly ProductView[]): readonly SafeText[] {
  const columns: readonly Column<ProductView>[] = [
    { heading: 'PRODUCT', cell: ({ id }) => paint.strong(id) },
    { heading: 'NAME', cell: ({ name }) => name },
    { heading: 'HARDWARE', cell: ({ hardwareIds }) => hardwareIds.join(', ') },
    { heading: 'DEVICES', cell: ({ devices }) => devices, right: true },
    { heading: 'SECURITY SUPPORT', cell: securityUntil },
  ]
  return table(products, columns, 'no products: add one with `sealift product add`')
}

export function productFacts(product: ProductView): readonly SafeText[] {
  return facts([
    ...productPairs(product),
    ['devices', product.devices],
    ['since', moment(product.createdAtMs)],
    ...supportPairs(product.support),
    ...(product.pastSupport ? [['remark', paint.bad('security support has ended')] as const] : []),
  ])
}

export function plainProductFacts(product: Product): readonly SafeText[] {
  return facts([...productPairs(product), ...supportPairs(product.support)])
}

export function supportFacts(support: Support): readonly SafeText[] {
  return facts(supportPairs(support))
}

type Pair = readonly [string, string | SafeText]

function productPairs({ id, name, hardwareIds }: Product): readonly Pair[] {
  return [
    ['product', say`${paint.strong(id)}, ${name}`],
    ['hardware', hardwareIds.join(', ')],
  ]
}

function supportPairs(support: Support): readonly Pair[] {
  return [
    ['first sold', support.general_availability],
    ['sold until', support.end_of_sales],
    ['security until', support.end_of_security_support],
    ['end of life', support.end_of_life],
    ['dates as of', support.last_updated],
  ]
}

function securityUntil({ support, pastSupport }: ProductView): string | SafeText {
  const until = support.end_of_security_support
  return pastSupport ? paint.bad(`ended ${until}`) : until
}

// `sealift product list` and `show`: product lines as the server knows them.

import { PEOPLE_ROUTES, ProductList, ProductView, pathOf } from '@sealift/protocol'
import { withApi } from '../api.ts'
import { argument, command } from '../command.ts'
import { productFacts, productTable } from '../output/product-lines.ts'

export const listProducts = command({
  summary: 'list the products',
  arguments: {},
  options: {},
  writes: false,
  inOrg: true,
  examples: ['sealift product list', 'sealift product list --json'],
  async run(session) {
    const answer = await withApi(session, (api) => api.get(ProductList, PEOPLE_ROUTES.products))
    return { json: answer, lines: productTable(answer.products) }
  },
})

export const showProduct = command({
  summary: 'show one product',
  arguments: { product: argument('<product>', 'id of the product') },
  options: {},
  writes: false,
  inOrg: true,
  examples: ['sealift product show thermostat', 'sealift product show thermostat --json'],
  async run(session, { product }) {
    const view = await withApi(session, (api) => api.get(ProductView, pathOf(PEOPLE_ROUTES.product, { product })))
    return { json: view, lines: productFacts(view) }
  },
})

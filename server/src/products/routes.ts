// Product lines: which there are, and until when they are looked after.

import {
  disorderOf,
  Fault,
  PEOPLE_ROUTES,
  Product,
  ProductId,
  ProductList,
  ProductView,
  Support,
} from '@sealift/protocol'
import Type from 'typebox'
import type { House } from '../house.ts'
import { type App, actorOf } from '../listeners/app.ts'
import { addProduct, findProduct, listProducts, setSupport } from './products.ts'

const tags = ['product']
const params = Type.Object({ product: ProductId })

export function productRoutes(app: App, house: House): void {
  app.get(
    PEOPLE_ROUTES.products,
    { schema: { summary: 'All products, newest first', tags, response: { 200: ProductList } } },
    async () => ({ products: [...(await listProducts(house))] }),
  )

  app.post(
    PEOPLE_ROUTES.products,
    {
      schema: {
        summary: 'Add a product',
        description: 'Adding the same product again changes nothing.',
        tags,
        body: Product,
        response: { 200: ProductView, 201: ProductView },
      },
    },
    async (request, reply) => {
      requireOrder(request.body.support)
      const { product, isNew } = await addProduct(house, request.body, actorOf(request))
      return await reply.code(isNew ? 201 : 200).send(product)
    },
  )

  app.get(
    PEOPLE_ROUTES.product,
    { schema: { summary: 'One product', tags, params, response: { 200: ProductView } } },
    async (request) => await findProduct(house, request.params.product),
  )

  app.get(
    PEOPLE_ROUTES.support,
    {
      schema: {
        summary: 'Support period, with the names of OpenEoX Core 1.0',
        tags,
        params,
        response: { 200: Support },
      },
    },
    async (request) => (await findProduct(house, request.params.product)).support,
  )

  app.put(
    PEOPLE_ROUTES.support,
    {
      schema: {
        summary: 'Change the support period',
        tags,
        params,
        body: Support,
        response: { 200: ProductView },
      },
    },
    async (request) => {
      requireOrder(request.body)
      return await setSupport(house, request.params.product, request.body, actorOf(request))
    },
  )
}

function requireOrder(support: Support): void {
  const disorder = disorderOf(support)
  if (disorder.length > 0) throw new Fault('assign.invalid', { why: 'dates out of order', at: disorder.join(' ') })
}

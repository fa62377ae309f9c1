// Product lines, and until when each is looked after.

import { PEOPLE_ROUTES, type ProductView, pathOf } from '@sealift/protocol'
import { useQuery } from '@tanstack/react-query'
import { productsQuery } from '../api/queries.ts'
import { buttonLook } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Empty } from '../parts/empty.tsx'
import { Icon } from '../parts/icon.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { StatusPill } from '../parts/status.tsx'
import { SupportLine } from '../parts/support-line.tsx'
import { countText } from '../words/amounts.ts'

export function ProductsPage() {
  const products = useQuery(productsQuery)
  return (
    <>
      <PageHead title="Products" lead="Which hardware each line runs on, and until when it gets security updates." />
      <Loaded query={products} height="h-96">
        {(all) =>
          all.length === 0 ? (
            <Card>
              <Empty
                icon="products"
                title="No products yet"
                next="Add one with `npx sealift product add ID --name NAME`."
              />
            </Card>
          ) : (
            <ul className="space-y-4">
              {all.map((product) => (
                <li key={product.id}>
                  <ProductCard product={product} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  )
}

function ProductCard({ product }: { product: ProductView }) {
  const { id, name, hardwareIds, devices, pastSupport, support } = product
  return (
    <Card>
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h2 className="text-base font-semibold tracking-tight">{name}</h2>
            <StatusPill
              {...(pastSupport
                ? ({ tone: 'bad', label: 'Past support' } as const)
                : ({ tone: 'good', label: 'Supported' } as const))}
            />
          </div>
          <p className="mt-0.5 text-soft">
            {id} on {hardwareIds.join(', ')} · {countText(devices, 'device')}
          </p>
        </div>
        <a
          href={pathOf(PEOPLE_ROUTES.support, { product: id })}
          download={`${id}-support.json`}
          className={buttonLook('plain')}
          aria-label={`Dates as JSON: ${name}`}
        >
          <Icon name="download" />
          Dates as JSON
        </a>
      </div>
      <SupportLine name={name} support={support} />
    </Card>
  )
}

// The device table page by page, for one question to the server.

import type { DeviceQuery } from '@sealift/protocol'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { devicesQuery } from '../api/queries.ts'
import { Button } from './button.tsx'
import { DeviceTable } from './device-table.tsx'
import { Loaded } from './loaded.tsx'

const PAGE_DEVICES = 25

type DeviceListProps = {
  query: DeviceQuery
  caption: string
  whenEmpty: React.ReactNode
  /** Says nothing of products where there is only one. */
  isOneProduct?: boolean
}

/** Give it a `key` made of the query, so that another question begins on its first page. */
export function DeviceList({ query, caption, whenEmpty, isOneProduct = false }: DeviceListProps) {
  const [trail, setTrail] = useState<readonly string[]>([])
  const after = trail.at(-1)
  const page = useQuery(devicesQuery({ ...query, limit: PAGE_DEVICES, ...(after === undefined ? {} : { after }) }))

  return (
    <Loaded query={page} height="m-5 h-64">
      {({ devices, nextAfter }) =>
        devices.length === 0 && trail.length === 0 ? (
          whenEmpty
        ) : (
          <>
            <DeviceTable devices={devices} caption={caption} isOneProduct={isOneProduct} />
            {(trail.length > 0 || nextAfter !== null) && (
              <nav
                aria-label="Pages of devices"
                className="flex items-center justify-between gap-2 border-t border-line px-5 py-3"
              >
                <span className="text-soft tabular-nums">Page {trail.length + 1}</span>
                <span className="flex gap-2">
                  <Button icon="left" disabled={trail.length === 0} onClick={() => setTrail(trail.slice(0, -1))}>
                    Previous
                  </Button>
                  <Button
                    icon="right"
                    disabled={nextAfter === null}
                    onClick={() => nextAfter !== null && setTrail([...trail, nextAfter])}
                  >
                    Next
                  </Button>
                </span>
              </nav>
            )}
          </>
        )
      }
    </Loaded>
  )
}

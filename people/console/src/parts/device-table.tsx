// Devices in a table: who, what runs, how it stands, when it was last heard of.

import type { DeviceView } from '@sealift/protocol'
import { Link } from '@tanstack/react-router'
import { sharePercent, shareText } from '../words/amounts.ts'
import { standingOf } from '../words/standing.ts'
import { Progress } from './progress.tsx'
import { Status } from './status.tsx'
import { When } from './when.tsx'

type DeviceTableProps = { devices: readonly DeviceView[]; caption: string; isOneProduct: boolean }

export function DeviceTable({ devices, caption, isOneProduct }: DeviceTableProps) {
  return (
    <table className="w-full border-collapse text-left">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr className="border-b border-line text-xs text-soft">
          <th scope="col" className="px-5 py-2 font-medium">
            Device
          </th>
          {!isOneProduct && (
            <th scope="col" className="hidden px-3 py-2 font-medium md:table-cell">
              Product
            </th>
          )}
          <th scope="col" className="hidden px-3 py-2 font-medium sm:table-cell">
            Version
          </th>
          <th scope="col" className="py-2 pr-5 pl-3 font-medium sm:pr-3">
            Status
          </th>
          <th scope="col" className="hidden py-2 pr-5 pl-3 text-right font-medium sm:table-cell">
            Last seen
          </th>
        </tr>
      </thead>
      <tbody>
        {devices.map((device) => (
          <DeviceRow key={device.id} device={device} isOneProduct={isOneProduct} />
        ))}
      </tbody>
    </table>
  )
}

function DeviceRow({ device, isOneProduct }: { device: DeviceView; isOneProduct: boolean }) {
  const { id, product, hardwareId, lastSeenMs, progress, step } = device
  return (
    <tr className="relative border-b border-line transition-colors last:border-0 focus-within:bg-well hover:bg-well">
      <th scope="row" className="px-5 py-2.5 font-medium [overflow-wrap:anywhere]">
        <Link
          to="/devices/$device"
          params={{ device: id }}
          className="after:absolute after:inset-0 hover:text-accent focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {id}
        </Link>
        <span className="block text-xs font-normal text-soft tabular-nums sm:hidden">
          <Versions device={device} />
        </span>
      </th>
      {!isOneProduct && (
        <td className="hidden px-3 py-2.5 md:table-cell">
          {product} <span className="text-soft">{hardwareId}</span>
        </td>
      )}
      <td className="hidden px-3 py-2.5 tabular-nums sm:table-cell">
        <Versions device={device} />
      </td>
      <td className="py-2.5 pr-5 pl-3 sm:pr-3">
        <Status {...standingOf(device)} />
        {progress && step === 'download' && (
          <span className="mt-1 block w-28">
            <Progress
              quiet
              label={`Download of ${id}`}
              percent={sharePercent(progress.doneBytes, progress.ofBytes)}
              text={shareText(progress.doneBytes, progress.ofBytes)}
            />
          </span>
        )}
      </td>
      <td className="hidden py-2.5 pr-5 pl-3 text-right text-soft sm:table-cell">
        {lastSeenMs === null ? 'never' : <When atMs={lastSeenMs} />}
      </td>
    </tr>
  )
}

function Versions({ device: { running, wanted } }: { device: DeviceView }) {
  return (
    <>
      <span className="whitespace-nowrap">{running?.version ?? '–'}</span>
      {wanted !== null && wanted !== running?.version && (
        <span className="whitespace-nowrap text-soft"> → {wanted}</span>
      )}
    </>
  )
}

// Who this device is: written once at enrolment, read at every start.

import { createPrivateKey, type KeyObject } from 'node:crypto'
import { Counter, DeviceId, Fault, HardwareId, ProductId, parseJson } from '@sealift/protocol'
import type { Disk } from '@sealift/world'
import Type, { type Static } from 'typebox'
import { FILES } from './folder.ts'
import { DEVICE_FILE_BYTES_MAX } from './limits.ts'

export const DeviceFile = Type.Object(
  {
    format: Type.Literal('sealift-device-1'),
    id: DeviceId,
    product: ProductId,
    hardwareId: HardwareId,
    /** https://…, the listener that asks for the certificate. */
    deviceUrl: Type.String({ maxLength: 512 }),
    /** Until the server asks for another interval. */
    pollMs: Counter,
  },
  { additionalProperties: false },
)
export type DeviceFile = Static<typeof DeviceFile>

const BootKeysPem = Type.Array(Type.String({ maxLength: 16_384 }), { minItems: 1, maxItems: 8 })

export type Device = DeviceFile & { readonly privateKey: KeyObject; readonly bootKeysPem: readonly string[] }

/** @throws {Fault} `keep.missing` before enrolment, `keep.damaged` */
export async function readDevice(disk: Disk): Promise<Device> {
  const file = await readDeviceFile(disk)
  if (!file) throw new Fault('keep.missing', { file: FILES.device })
  const bootKeys = await requireFile(disk, FILES.bootKeys)
  const key = await requireFile(disk, FILES.key)
  return {
    ...file,
    privateKey: keyOf(key),
    bootKeysPem: parseJson(BootKeysPem, bootKeys, { lengthBytesMax: 8 * DEVICE_FILE_BYTES_MAX }, 'keep.damaged'),
  }
}

/**
 * Undefined before enrolment.
 * @throws {Fault} `keep.damaged`
 */
export async function readDeviceFile(disk: Disk): Promise<DeviceFile | undefined> {
  const bytes = await disk.read(FILES.device)
  return bytes && parseJson(DeviceFile, bytes, { lengthBytesMax: DEVICE_FILE_BYTES_MAX }, 'keep.damaged')
}

/** @throws {Fault} `keep.missing` */
export async function requireFile(disk: Disk, name: string): Promise<Uint8Array> {
  const bytes = await disk.read(name)
  if (!bytes) throw new Fault('keep.missing', { file: name })
  return bytes
}

function keyOf(pem: Uint8Array): KeyObject {
  try {
    return createPrivateKey(Buffer.from(pem))
  } catch (error) {
    throw new Fault('keep.damaged', { file: FILES.key }, { cause: error })
  }
}

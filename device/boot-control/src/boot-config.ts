// What a device is told once, on the line: who it is, which boot keys it trusts, and how patient it is.

import { DeviceId, Fault, HardwareId, LengthBytes, parseJson } from '@sealift/protocol'
import type { Disk } from '@sealift/world'
import Type, { type Static } from 'typebox'

const Duration = Type.Integer({ minimum: 1, maximum: 86_400_000 })

export const BootConfig = Type.Object(
  {
    format: Type.Literal('sealift-boot-config-1'),
    deviceId: DeviceId,
    hardwareId: HardwareId,
    bootKeysPem: Type.Array(Type.String({ maxLength: 16_384 }), { minItems: 1, maxItems: 8 }),
    slotLengthBytesMax: LengthBytes,
    /** Starts that a trial survives without being confirmed: power may fail so often, less one, before it is given up. */
    tries: Type.Integer({ minimum: 1, maximum: 16 }),
    /** How often the image is asked how it is. */
    healthIntervalMs: Duration,
    /** A starting image must have said that it is well by then. */
    healthTimeLimitMs: Duration,
    /** An image that was well and does not answer for so long hangs. */
    watchdogMs: Duration,
    /** A trial that nobody confirms is given up then; longer than the agent's own patience. */
    confirmTimeLimitMs: Duration,
  },
  { additionalProperties: false },
)
export type BootConfig = Static<typeof BootConfig>

export const CONFIG_FILE = 'boot/config.json'

const LENGTH_BYTES_MAX = 262_144

/** For all that is not said. */
export const BOOT_DEFAULTS = {
  format: 'sealift-boot-config-1',
  slotLengthBytesMax: 268_435_456,
  tries: 3,
  healthIntervalMs: 500,
  healthTimeLimitMs: 60_000,
  watchdogMs: 10_000,
  confirmTimeLimitMs: 900_000,
} as const

/** @throws {Fault} `keep.missing`, `keep.damaged` */
export async function readBootConfig(disk: Disk): Promise<BootConfig> {
  const bytes = await disk.read(CONFIG_FILE)
  if (!bytes) throw new Fault('keep.missing', { file: CONFIG_FILE })
  return parseJson(BootConfig, bytes, { lengthBytesMax: LENGTH_BYTES_MAX }, 'keep.damaged')
}

// What may be said to the story on the command line.

import { parseArgs } from 'node:util'

export type Options = {
  /** Tell the story to its end and stop, without a terminal. */
  readonly once: boolean
  readonly json: boolean
  readonly devices: number
  /** Where everything is kept; undefined for a new folder under the system's temporary one. */
  readonly folder: string | undefined
}

const DEVICES_MIN = 4
const DEVICES_MAX = 40

export const HELP = `The first update, end to end, on this machine: an organisation, a server, devices, four rollouts and an attacker.

Usage: npm start -- [options]

  --once            tell the story to its end, then stop everything
  --json            one JSON object on stdout, in one line; progress goes to stderr
  --devices N       how many devices, ${DEVICES_MIN} to ${DEVICES_MAX} (default 6)
  --folder DIR      keep everything in DIR, which must be new (default: a new folder for temporary files)
  --help            this text

Examples:
  npm start
  npm start -- --devices 12 --folder ./demo
  npm start -- --once --json
`

/** Undefined when only the help is asked for. @throws {TypeError} with a sentence for the user */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      devices: { type: 'string', default: '6' },
      folder: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const devices = Number(values.devices)
  if (!Number.isInteger(devices) || devices < DEVICES_MIN || devices > DEVICES_MAX) {
    throw new TypeError(`--devices takes a whole number from ${DEVICES_MIN} to ${DEVICES_MAX}`)
  }
  return { once: values.once, json: values.json, devices, folder: values.folder }
}

// Build the thermostat's firmware: one program and its tables in one executable file of about a megabyte.

import { iconsOf } from './icons.ts'
import { firmware } from './real-firmware.ts'
import { curveOf, phrasesOf } from './tables.ts'

export type ThermostatBuild = {
  /** The same version always gives the same bytes; another differs in its number, its calibration and a few tables. */
  readonly version: string
  /**
   * good          regulates, and says that it is well
   * fails-health  is well for some two seconds; then its new control loop asks the valve for more than it can open, and it
   *               says that it is ill. On a device with a sensor of batch b (a file `sensor` in its folder with the text
   *               `batch-b`) that loop never ends, and the program hangs
   */
  readonly behaviour: 'good' | 'fails-health'
}

const MARK = /^const BUILD = .*$/m

/** The image: a script for any Node from 20 on, without dependencies. */
export function buildThermostat({ version, behaviour }: ThermostatBuild): Uint8Array {
  const members = [
    `version: ${JSON.stringify(version)},`,
    `behaviour: ${JSON.stringify(behaviour)},`,
    `curve: [\n${curveOf(version)
      .map((row) => JSON.stringify(row))
      .join(',\n')}\n],`,
    `phrases: ${linesOf(phrasesOf(version))},`,
    `icons: ${linesOf(iconsOf(version))},`,
  ]
  const text = firmware.replace(MARK, () => `const BUILD = {\n${members.join('\n')}\n}`)
  return new TextEncoder().encode(text)
}

// One line per row, so that two versions differ in few lines.
function linesOf(table: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(table).map(([name, row]) => `${JSON.stringify(name)}: ${JSON.stringify(row)}`)
  return `{\n${lines.join(',\n')}\n}`
}

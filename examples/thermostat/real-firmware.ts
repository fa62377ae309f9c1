// The program of the thermostat, as it stands in firmware.js.

import { readFileSync } from 'node:fs'

export const firmware: string = readFileSync(new URL('./firmware.js', import.meta.url), 'utf8')

// Where `npm run build` puts the console.

import { fileURLToPath } from 'node:url'

/** Absolute path of the folder with `index.html` and `assets/`; it is there once the console was built. */
export const consoleFolder: string = fileURLToPath(new URL('../dist', import.meta.url))

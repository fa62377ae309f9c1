// How the console is built: one page, no inline script or style, so that the strictest content security policy holds.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

export default defineConfig({
  plugins: [react(), tailwindcss(), packed()],
  build: {
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})

/** A `.br` beside each script, style and page: the server sends a quarter of the bytes and compresses nothing itself. */
function packed(): Plugin {
  return {
    name: 'sealift:packed',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      for (const file of Object.values(bundle)) {
        if (!/\.(js|css|html)$/.test(file.fileName)) continue
        const content = file.type === 'chunk' ? file.code : file.source
        await writeFile(join(dir, `${file.fileName}.br`), brotliCompressSync(content))
      }
    },
  }
}

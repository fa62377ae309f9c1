// The operators' console: files that were built before, or a page that says how to build them.

import fastifyStatic from '@fastify/static'
import type { App } from './app.ts'

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Sealift</title>
<h1>Sealift is running</h1>
<p>The console is not built yet. In the checkout, run <code>npm run build</code>, and load this page again.</p>
<p>The programming interface is described in <a href="/openapi.json">openapi.json</a>.</p>
</html>
`

/** @param folder  where `index.html` lies; undefined when the console is not built */
export async function consoleRoutes(app: App, folder: string | undefined): Promise<void> {
  if (folder === undefined) {
    app.get('/', { schema: { hide: true } }, async (_request, reply) =>
      reply.type('text/html').header('cache-control', 'no-store').send(NOT_BUILT),
    )
    return
  }
  await app.register(fastifyStatic, {
    root: folder,
    schemaHide: true,
    dotfiles: 'ignore',
    // A list, because the packed variant of an index is looked for in a list only.
    index: ['index.html'],
    redirect: false,
    preCompressed: true,
    cacheControl: false,
    // Vite names what lies in assets/ after its content; everything else may change with the next build.
    setHeaders: (reply, path) => {
      const lasts = /[/\\]assets[/\\]/.test(path)
      reply.header('cache-control', lasts ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
}

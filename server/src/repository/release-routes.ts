// Releases as people see them.

import { Fault, PEOPLE_ROUTES, ProductId, ReleaseList, ReleaseView, Version } from '@sealift/protocol'
import Type from 'typebox'
import type { House } from '../house.ts'
import type { App } from '../listeners/app.ts'
import { readJsonText } from '../store/json-text.ts'
import type { ReleaseRow } from '../store/schema.ts'

const tags = ['release']

export function releaseRoutes(app: App, house: House): void {
  app.get(
    PEOPLE_ROUTES.releases,
    { schema: { summary: 'All releases, newest first', tags, response: { 200: ReleaseList } } },
    async () => {
      const rows = await house.store.selectFrom('release').selectAll().orderBy('id', 'desc').execute()
      return { releases: rows.map(viewOf) }
    },
  )

  app.get(
    PEOPLE_ROUTES.release,
    {
      schema: {
        summary: 'One release',
        tags,
        params: Type.Object({ product: ProductId, version: Version }),
        response: { 200: ReleaseView },
      },
    },
    async (request) => {
      const { product, version } = request.params
      const row = await house.store
        .selectFrom('release')
        .selectAll()
        .where('product', '=', product)
        .where('version', '=', version)
        .executeTakeFirst()
      if (!row) throw new Fault('assign.unknown', { product, version })
      return viewOf(row)
    },
  )
}

function viewOf(row: ReleaseRow): ReleaseView {
  return {
    ...readJsonText(row.details),
    targetPath: row.target_path,
    lengthBytes: row.length_bytes,
    sha256: row.sha256,
    publishedAtMs: row.published_at_ms,
  }
}

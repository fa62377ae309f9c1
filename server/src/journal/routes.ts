// The journal, page by page and as a file.

import { Readable } from 'node:stream'
import { JournalPage, JournalQuery, PEOPLE_ROUTES } from '@sealift/protocol'
import Type from 'typebox'
import type { House } from '../house.ts'
import type { App } from '../listeners/app.ts'
import { exportJournal, listJournal } from './audit.ts'

const tags = ['journal']

export function journalRoutes(app: App, house: House): void {
  app.get(
    PEOPLE_ROUTES.journal,
    {
      schema: {
        summary: 'Who did what, newest first',
        tags,
        querystring: JournalQuery,
        response: { 200: JournalPage },
      },
    },
    async (request) => await listJournal(house.store, request.query),
  )

  app.get(
    PEOPLE_ROUTES.journalExport,
    {
      schema: {
        summary: 'The whole journal, oldest first, one JSON entry to a line; `sealift journal verify` checks its chain',
        tags,
        produces: ['application/x-ndjson'],
        response: { 200: Type.Unsafe<Readable>(Type.String()) },
      },
    },
    async (_request, reply) =>
      await reply
        .type('application/x-ndjson')
        .header('content-disposition', 'attachment; filename="journal.ndjson"')
        .send(Readable.from(exportJournal(house.store))),
  )
}

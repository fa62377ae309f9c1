// `sealift product support`: until when a product is looked after, shown or changed.

import { PEOPLE_ROUTES, ProductView, pathOf, Support } from '@sealift/protocol'
import { withApi } from '../api.ts'
import { argument, command } from '../command.ts'
import { supportFacts } from '../output/product-lines.ts'
import { say } from '../output/safe-text.ts'
import { hasSupport, supportOf, supportOptions } from '../support-options.ts'

export const productSupport = command({
  summary: 'show until when a product is looked after, or announce other dates',
  more: `With --json it prints the dates in the form of OpenEoX Core 1.0, ready to be published. A product past its security
support gets no further updates, and its devices are told why.`,
  arguments: { product: argument('<product>', 'id of the product') },
  options: supportOptions,
  writes: true,
  inOrg: true,
  examples: [
    'sealift product support thermostat',
    'sealift product support thermostat --json > thermostat.openeox.json',
    'sealift product support thermostat --end-of-security-support 2033-12-31 --dry-run',
  ],
  async run(session, { product, ...dates }) {
    const path = pathOf(PEOPLE_ROUTES.support, { product })
    return await withApi(session, async (api) => {
      const known = await api.get(Support, path)
      if (!hasSupport(dates)) return { json: known, lines: supportFacts(known) }
      const wanted = supportOf(dates, known, session.clock.nowMs())
      if (session.dryRun) {
        const lines = [...supportFacts(wanted), say`dry run: nothing was announced`]
        return { json: { dryRun: true, support: wanted, before: known }, lines }
      }
      const { support } = await api.put(ProductView, path, wanted)
      return { json: support, lines: supportFacts(support) }
    })
  },
})

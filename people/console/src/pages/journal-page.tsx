// The journal: who did what to what, newest first, each entry chained to the one before.

import { type JournalEntry, PEOPLE_ROUTES } from '@sealift/protocol'
import { useInfiniteQuery } from '@tanstack/react-query'
import { journalQuery } from '../api/queries.ts'
import { Button, buttonLook } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Coded } from '../parts/coded.tsx'
import { Digest } from '../parts/digest.tsx'
import { Empty } from '../parts/empty.tsx'
import { Facts } from '../parts/facts.tsx'
import { Icon } from '../parts/icon.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { When } from '../parts/when.tsx'
import { numberText } from '../words/amounts.ts'

export function JournalPage() {
  const journal = useInfiniteQuery(journalQuery)
  return (
    <>
      <PageHead
        title="Journal"
        lead="Every event, in order, each chained to the one before."
        actions={
          <a href={PEOPLE_ROUTES.journalExport} download="sealift-journal.ndjson" className={buttonLook('plain')}>
            <Icon name="download" />
            Export as NDJSON
          </a>
        }
      />
      <Loaded query={journal} height="h-96">
        {({ pages }) => {
          const entries = pages.flatMap((page) => page.entries)
          const [head] = entries
          if (!head) {
            return (
              <Card>
                <Empty icon="journal" title="Nothing has happened yet" next="The first event begins the chain." />
              </Card>
            )
          }
          return (
            <div className="space-y-5">
              <ChainHead head={head} />
              <Card flush>
                <ol>
                  {entries.map((entry) => (
                    <Entry key={entry.seq} entry={entry} />
                  ))}
                </ol>
                {journal.hasNextPage && (
                  <div className="flex justify-center border-t border-line p-4">
                    <Button busy={journal.isFetchingNextPage} onClick={() => void journal.fetchNextPage()}>
                      Older entries
                    </Button>
                  </div>
                )}
              </Card>
            </div>
          )
        }}
      </Loaded>
    </>
  )
}

function ChainHead({ head }: { head: JournalEntry }) {
  return (
    <Card>
      <div className="flex flex-wrap items-center justify-between gap-x-8 gap-y-3">
        <div>
          <h2 className="flex items-center gap-2 font-semibold">
            <Icon name="link" className="size-4 text-accent" />
            Head of the chain
          </h2>
          <p className="mt-1 max-w-[62ch] leading-relaxed text-soft">
            <Coded text="Write it down elsewhere: whoever changes an entry later cannot arrive at this digest again. Check an export offline with `npx sealift journal verify FILE`." />
          </p>
        </div>
        <dl className="flex flex-wrap items-center gap-x-6 gap-y-1">
          <div>
            <dt className="text-xs text-soft">Entry</dt>
            <dd className="font-semibold tabular-nums">{numberText(head.seq)}</dd>
          </div>
          <div>
            <dt className="text-xs text-soft">SHA-256</dt>
            <dd>
              <Digest sha256={head.hash} of="the head of the chain" />
            </dd>
          </div>
        </dl>
      </div>
    </Card>
  )
}

function Entry({ entry: { seq, atMs, actor, action, subject, facts, hash } }: { entry: JournalEntry }) {
  return (
    <li className="flex gap-4 border-b border-line px-5 py-2.5 last:border-0">
      <span className="hidden w-12 shrink-0 text-right text-soft tabular-nums sm:block">{numberText(seq)}</span>
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-baseline gap-x-3">
          <span className="font-medium">{action}</span>
          <span className="break-all">{subject}</span>
        </div>
        <div className="mt-0.5 flex flex-wrap items-baseline gap-x-3 text-xs text-soft">
          <span>
            {actor.kind} {actor.id}
          </span>
          <When atMs={atMs} as="time" />
          <Facts facts={facts} />
        </div>
      </div>
      <code className="hidden font-mono text-xs text-soft md:block" title={hash}>
        {hash.slice(0, 12)}…
      </code>
    </li>
  )
}

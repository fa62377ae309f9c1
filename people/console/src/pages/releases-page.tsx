// Every release that was published: what it is, what its owner is told, and its digest.

import type { ReleaseClass, ReleaseView } from '@sealift/protocol'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { releasesQuery } from '../api/queries.ts'
import { Button } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Digest } from '../parts/digest.tsx'
import { Empty } from '../parts/empty.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { RolloutPlanDialog } from '../parts/rollout-plan-dialog.tsx'
import { StatusPill } from '../parts/status.tsx'
import { When } from '../parts/when.tsx'
import { bytesText } from '../words/amounts.ts'
import type { Standing } from '../words/standing.ts'
import { spanText } from '../words/times.ts'

const CLASSES: Readonly<Record<ReleaseClass, Standing>> = {
  critical: { tone: 'bad', label: 'Critical security' },
  security: { tone: 'warn', label: 'Security' },
  feature: { tone: 'busy', label: 'Feature' },
  behaviour: { tone: 'calm', label: 'Changes behaviour' },
}

export function ReleasesPage() {
  const releases = useQuery(releasesQuery)
  const [chosen, setChosen] = useState<ReleaseView>()
  return (
    <>
      <PageHead title="Releases" lead="Signed by their maker, verified here and again on every device." />
      <Loaded query={releases} height="h-96">
        {(all) =>
          all.length === 0 ? (
            <Card>
              <Empty
                icon="releases"
                title="No releases yet"
                next="Sign and publish one: `npx sealift release create --image FILE`, then `sign` and `publish`."
              />
            </Card>
          ) : (
            <ul className="space-y-4">
              {all.map((release) => (
                <li key={release.targetPath}>
                  <ReleaseCard release={release} rollOut={() => setChosen(release)} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {chosen && (
        <RolloutPlanDialog
          releases={[chosen]}
          chosen={`${chosen.product} ${chosen.version}`}
          isOpen
          close={() => setChosen(undefined)}
        />
      )}
    </>
  )
}

function ReleaseCard({ release, rollOut }: { release: ReleaseView; rollOut: () => void }) {
  const { product, version, notes, sha256, lengthBytes, publishedAtMs, format, reboot, durationS } = release
  return (
    <Card>
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h2 className="text-base font-semibold tracking-tight tabular-nums">
            {product} {version}
          </h2>
          <StatusPill {...CLASSES[release.class]} />
        </div>
        <Button icon="rollouts" onClick={rollOut} aria-label={`Roll out ${product} ${version}`}>
          Roll out
        </Button>
      </div>
      <p className="mt-2 max-w-[75ch] leading-relaxed">{notes.summary}</p>
      <dl className="mt-3 grid max-w-[75ch] empty:hidden gap-x-4 gap-y-1 sm:grid-cols-[auto_minmax(0,1fr)]">
        {notes.risk !== '' && <Note name="Risk removed">{notes.risk}</Note>}
        {notes.removes !== '' && <Note name="Removes">{notes.removes}</Note>}
      </dl>
      <dl className="mt-4 flex flex-wrap items-center gap-x-6 gap-y-1.5 border-t border-line pt-3 text-soft">
        <Detail name="SHA-256">
          <Digest sha256={sha256} of={`${product} ${version}`} />
        </Detail>
        <Detail name="Size">{bytesText(lengthBytes)}</Detail>
        <Detail name="Image">{format}</Detail>
        <Detail name="Takes">
          {spanText(durationS * 1000)}
          {reboot && ', restarts'}
        </Detail>
        <Detail name="Security counter">{release.securityCounter}</Detail>
        <Detail name="Published">
          <When atMs={publishedAtMs} />
        </Detail>
      </dl>
    </Card>
  )
}

function Note({ name, children }: { name: string; children: string }) {
  return (
    <>
      <dt className="text-soft">{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

function Detail({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="flex items-center gap-1.5">
      <dt className="text-xs">{name}</dt>
      <dd className="text-ink tabular-nums">{children}</dd>
    </div>
  )
}

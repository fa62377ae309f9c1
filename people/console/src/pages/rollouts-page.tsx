// Every rollout, newest first, and the way to plan another.

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { releasesQuery, rolloutsQuery } from '../api/queries.ts'
import { Button } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Empty } from '../parts/empty.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { RolloutPlanDialog } from '../parts/rollout-plan-dialog.tsx'
import { RolloutRow } from '../parts/rollout-row.tsx'

export function RolloutsPage() {
  const rollouts = useQuery(rolloutsQuery)
  const { data: releases = [] } = useQuery(releasesQuery)
  const [isPlanning, setPlanning] = useState(false)
  return (
    <>
      <PageHead
        title="Rollouts"
        lead="One release, offered wave by wave, under rules that stop it."
        actions={
          <Button weight="strong" icon="plus" disabled={releases.length === 0} onClick={() => setPlanning(true)}>
            Plan a rollout
          </Button>
        }
      />
      <Loaded query={rollouts} height="h-72">
        {(all) => (
          <Card flush>
            {all.length === 0 ? (
              <Empty
                icon="rollouts"
                title="No rollouts yet"
                next="Publish a release, then plan its rollout here or with `npx sealift rollout plan`."
              />
            ) : (
              <ul>
                {all.map((rollout) => (
                  <RolloutRow key={rollout.id} rollout={rollout} />
                ))}
              </ul>
            )}
          </Card>
        )}
      </Loaded>
      <RolloutPlanDialog releases={releases} isOpen={isPlanning} close={() => setPlanning(false)} />
    </>
  )
}

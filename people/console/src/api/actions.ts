// Everything a person can do here: sign in and out, plan a rollout, and steer it.

import {
  PEOPLE_ROUTES,
  pathOf,
  type RolloutAction,
  type RolloutPlan,
  type RolloutView,
  type Session,
} from '@sealift/protocol'
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { ask } from './ask.ts'
import { rolloutQuery, rolloutsQuery, sessionQuery } from './queries.ts'

export const SIGN_IN = ['sign-in']

/** Redeem the secret of a one-time link. It is asked once and kept nowhere. */
export async function signIn(queries: QueryClient, link: string): Promise<void> {
  const session = await queries
    .getMutationCache()
    .build(queries, {
      mutationKey: SIGN_IN,
      mutationFn: () => ask<Session>(PEOPLE_ROUTES.session, { method: 'POST', body: { link } }),
    })
    .execute(undefined)
  await queries.cancelQueries({ queryKey: sessionQuery.queryKey })
  queries.setQueryData(sessionQuery.queryKey, session)
}

export function useSignOut() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => ask<undefined>(PEOPLE_ROUTES.session, { method: 'DELETE' }),
    onSettled: () => queries.resetQueries(),
  })
}

export function useRolloutPlan() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (plan: RolloutPlan) => ask<RolloutView>(PEOPLE_ROUTES.rollouts, { method: 'POST', body: plan }),
    onSuccess: (rollout) => keep(queries, rollout),
  })
}

export function useRolloutAction(rollout: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (action: RolloutAction) =>
      ask<RolloutView>(pathOf(PEOPLE_ROUTES.rolloutAction, { rollout, action }), { method: 'POST' }),
    onSuccess: (changed) => keep(queries, changed),
  })
}

function keep(queries: QueryClient, rollout: RolloutView): Promise<void> {
  queries.setQueryData(rolloutQuery(rollout.id).queryKey, rollout)
  return queries.invalidateQueries({ queryKey: rolloutsQuery.queryKey })
}

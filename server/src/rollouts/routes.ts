// Rollouts: look ahead, plan, act, watch.

import {
  PEOPLE_ROUTES,
  ROLLOUT_ACTIONS,
  RolloutId,
  RolloutList,
  RolloutPlan,
  RolloutPreview,
  RolloutView,
} from '@sealift/protocol'
import Type from 'typebox'
import type { House } from '../house.ts'
import { type App, actorOf } from '../listeners/app.ts'
import { actOnRollout, planRollout, previewRollout } from './rollouts.ts'
import { listRollouts, viewRollout } from './view.ts'

const tags = ['rollout']

export function rolloutRoutes(app: App, house: House): void {
  app.get(
    PEOPLE_ROUTES.rollouts,
    { schema: { summary: 'All rollouts, newest first', tags, response: { 200: RolloutList } } },
    async () => ({ rollouts: [...(await listRollouts(house.store))] }),
  )

  app.post(
    PEOPLE_ROUTES.preview,
    {
      schema: {
        summary: 'What a plan would do to the fleet as it is; nothing is kept',
        tags,
        body: RolloutPlan,
        response: { 200: RolloutPreview },
      },
    },
    async (request) => await previewRollout(house, request.body),
  )

  app.post(
    PEOPLE_ROUTES.rollouts,
    {
      schema: {
        summary: 'Plan a rollout; nobody is offered anything until it is started',
        tags,
        body: RolloutPlan,
        response: { 201: RolloutView },
      },
    },
    async (request, reply) => {
      const rollout = await planRollout(house, actorOf(request), request.body)
      return await reply.code(201).send(rollout)
    },
  )

  app.get(
    PEOPLE_ROUTES.rollout,
    {
      schema: {
        summary: 'One rollout',
        tags,
        params: Type.Object({ rollout: RolloutId }),
        response: { 200: RolloutView },
      },
    },
    async (request) => await viewRollout(house.store, request.params.rollout),
  )

  app.post(
    PEOPLE_ROUTES.rolloutAction,
    {
      schema: {
        summary: 'Start, pause, resume or abort a rollout, or have the devices that failed try again',
        tags,
        params: Type.Object({ rollout: RolloutId, action: Type.Enum(ROLLOUT_ACTIONS) }),
        response: { 200: RolloutView },
      },
    },
    async (request) => await actOnRollout(house, actorOf(request), request.params.rollout, request.params.action),
  )
}

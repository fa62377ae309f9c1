// What both listeners have in common: schemas, problem documents, limits, request log and durations.

import swagger from '@fastify/swagger'
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import { Fault, Problem } from '@sealift/protocol'
import fastify, { type FastifyRequest, type FastifySchema, type FastifyServerOptions, LogController } from 'fastify'
import type { House } from '../house.ts'
import { SERVER_VERSION } from '../version.ts'
import type { App } from './app.ts'
import { readJsonBody } from './json-body.ts'
import { answerError, problemOf, sendProblem } from './problem.ts'
import { serializerFor } from './serializer.ts'

/** Longest body of a route that does not say otherwise, in bytes. */
const BODY_BYTES_MAX = 65_536

/** Gives the HTTP server that Fastify answers on; without one there are no sockets, only `inject`. */
export type ServerFactory = NonNullable<FastifyServerOptions['serverFactory']>

export type AppOptions = {
  readonly listener: 'device' | 'people'
  /** What is said of a path that is not there. */
  readonly unknown: Fault['code']
  readonly serverFactory?: ServerFactory
}

export async function newApp(house: House, options: AppOptions): Promise<App> {
  const app = fastify({
    loggerInstance: house.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 512 },
    ...(options.serverFactory && { serverFactory: options.serverFactory }),
  }) as unknown as App
  app.setValidatorCompiler(TypeBoxValidatorCompiler)
  app.setSerializerCompiler(serializerFor)

  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) =>
    readJsonBody(body),
  )
  app.decorateRequest('actor', null)
  app.decorateRequest('device', null)
  refuseAsProblems(app, house, options)
  watchRequests(app, house, options)
  await app.register(swagger, { openapi: DESCRIPTION, transform: withProblems })
  return app
}

const DESCRIPTION = {
  openapi: '3.1.0' as const,
  info: {
    title: 'Sealift',
    description: 'Every refusal is a problem document (RFC 9457) whose `code` stands in the fault table.',
    version: SERVER_VERSION,
  },
}

// In the description only: problems are written as text (problem.ts), so no route needs a serializer for them.
function withProblems({ schema, url }: { readonly schema: FastifySchema; readonly url: string }) {
  const response = { ...(schema.response as object), '4xx': Problem, '5xx': Problem }
  return { schema: { ...schema, response }, url }
}

function refuseAsProblems(app: App, house: House, { unknown }: AppOptions): void {
  app.setErrorHandler((error, request, reply) => {
    house.metrics.refusals.inc({ code: problemOf(error)?.code ?? 'internal' })
    return answerError(error, request, reply)
  })
  app.setNotFoundHandler((_request, reply) => {
    house.metrics.refusals.inc({ code: unknown })
    const problem = problemOf(new Fault(unknown))
    return sendProblem(reply, { ...(problem as Problem), status: 404 })
  })
}

// The route's pattern, never the URL: what is in a URL may be a secret, or a million different labels.
function watchRequests(app: App, house: House, { listener }: AppOptions): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    const status = `${Math.floor(reply.statusCode / 100)}xx`
    house.metrics.requestSeconds.observe({ listener, route, status }, reply.elapsedTime / 1000)
    request.log.info(
      {
        listener,
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        ...(request.actor && { actor: request.actor }),
        ...(request.device && { device: request.device.id }),
      },
      'answered',
    )
  })
}

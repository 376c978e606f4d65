import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { Closed, ErrorBody, isMedia, type AnswerOf, type BodyOf, type ParamsOf, type QueryOf, type RouteDefinition } from '@afrochat/contracts'
import type { Actor, Origin } from '@afrochat/kernel'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The catalogue entry that the route answers for: says who may call it and how often. */
    operation?: RouteDefinition
  }
}

/** A request whose parts have passed the schemas of its operation. `actor` is somebody wherever signing in is asked for. */
export type RouteRequest<R extends RouteDefinition> = FastifyRequest<{
  Params: ParamsOf<R>
  Querystring: QueryOf<R>
  Body: BodyOf<R>
}> & { readonly actor: R['access'] extends 'signed-in' ? Actor : Origin }

/** Gives the body of the answer: null where the operation has none. */
export type RouteHandler<R extends RouteDefinition> = (request: RouteRequest<R>, reply: FastifyReply) => Promise<AnswerOf<R>>

/**
 * Registers an operation of the catalogue: its schemas, who may call it, its rate limit and what it answers. The status
 * is the operation's only one; of 200 and 201 it is 201, and the handler says `reply.code(200)` when nothing was created.
 * Where it takes or gives bytes, a handler gets a Buffer and says their type by `reply.type()`.
 */
export function registerRoute<const R extends RouteDefinition>(app: FastifyInstance, operation: R, handler: RouteHandler<R>): void {
  // Fastify types a handler by the route's generics; here the same types come from the catalogue.
  const call = handler as unknown as RouteHandlerMethod
  const { media } = operation
  if (media === undefined) return addRoute(app, operation, call)
  // Parsers of bodies belong to a scope: in this one bytes are read as they are, and JSON is one of the types that are refused.
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser([...media.mediaTypes], { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    addRoute(scope, operation, call)
  })
}

function addRoute(app: FastifyInstance, operation: RouteDefinition, call: RouteHandlerMethod): void {
  const status = Math.max(...Object.keys(operation.answers).map(Number).filter((one) => one < NOT_MODIFIED))
  app.route({
    method: operation.method,
    url: operation.path,
    ...(operation.media && { bodyLimit: operation.media.maxBytes }),
    schema: {
      ...(operation.params && { params: operation.params }),
      querystring: operation.query ?? NO_QUERY,
      ...(operation.body && { body: operation.body }),
      response: { ...answerSchemas(operation), '4xx': ErrorBody, '5xx': ErrorBody },
    },
    config: { operation },
    handler(request, reply) {
      void reply.code(status)
      return call.call(this, request, reply)
    },
  })
}

const NOT_MODIFIED = 304

/** A misspelt parameter is refused also where there is none to misspell. */
const NO_QUERY = Closed({})

/** What is not in these schemas does not leave the server. */
function answerSchemas({ answers }: RouteDefinition) {
  return Object.fromEntries(Object.entries(answers).filter(([, schema]) => schema !== null && !isMedia(schema)))
}

import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Auth } from '@afrochat/auth'
import { authentication } from './plugins/authentication.ts'
import { errorHandler } from './plugins/error-handler.ts'
import { validation } from './plugins/validation.ts'

export interface ApiDeps {
  readonly auth: Auth
  readonly logger: FastifyBaseLogger
}

/** Builds the API without listening, so that tests and server.ts share one composition. */
export async function buildApp({ auth, logger }: ApiDeps): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({ loggerInstance: logger })
  await app.register(errorHandler)
  await app.register(validation)
  await app.register(authentication, { auth })

  return app
}

import cors from '@fastify/cors'
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Auth } from '@afrochat/auth'
import type { Chat } from '@afrochat/chat'
import { operations, serverOptions, type OperationsOptions } from '@afrochat/middleware'
import type { Images, WorkspaceDomain } from '@afrochat/workspace'
import { authentication } from './plugins/authentication.ts'
import { catalogueGuard } from './plugins/catalogue-guard.ts'
import { answerClientError } from './plugins/client-errors.ts'
import { answerFrameworkError, errorHandler } from './plugins/error-handler.ts'
import { idempotency } from './plugins/idempotency.ts'
import { jsonBody } from './plugins/json-body.ts'
import { openApi } from './plugins/openapi.ts'
import { rateLimit } from './plugins/rate-limit.ts'
import { securityHeaders } from './plugins/security-headers.ts'
import { textCheck } from './plugins/text-check.ts'
import { validation } from './plugins/validation.ts'
import type { ClassLimiters } from './rate-limits/class-limiters.ts'
import { authRoutes } from './routes/auth/auth.routes.ts'
import { channelRoutes } from './routes/channels/channels.routes.ts'
import { groupRoutes } from './routes/groups/groups.routes.ts'
import { imageRoutes } from './routes/images/images.routes.ts'
import { inviteRoutes } from './routes/invites/invites.routes.ts'
import { keptRoutes } from './routes/kept/kept.routes.ts'
import { messageRoutes } from './routes/messages/messages.routes.ts'
import { plannedRoutes } from './routes/planned/planned.routes.ts'
import { unreadRoutes } from './routes/unreads/unreads.routes.ts'
import { userRoutes } from './routes/users/users.routes.ts'
import { workspaceRoutes } from './routes/workspaces/workspaces.routes.ts'

export interface ApiDeps {
  readonly auth: Auth
  readonly workspace: WorkspaceDomain
  readonly chat: Chat
  readonly images: Images
  readonly limiters: ClassLimiters
  readonly operations: OperationsOptions
  readonly logger: FastifyBaseLogger
  readonly settings: {
    readonly allowedOrigins: readonly string[]
    readonly trustedProxies: readonly string[]
    readonly maxBodyBytes: number
    /** Whether the interface describes itself. */
    readonly docs: boolean
  }
}

/** Headers and bodies that arrive slower than this are not meant to arrive: the largest body takes seconds on a bad line. */
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 30_000
/** How often Node.js looks for connections that have passed these. */
const TIMEOUT_CHECK_MS = 5_000
/** Longest parameter of a path once decoded: an emoji of 100 characters, of up to four bytes each. */
const MAX_PARAM_LENGTH = 400

/** What pages of allowed origins may send and read, and how long a browser remembers it. No cookies: nothing here goes by them. */
const CROSS_ORIGIN = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'x-request-id'],
  exposedHeaders: ['x-request-id', 'retry-after', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'],
  maxAge: 600,
  credentials: false,
}

/** Builds the API without listening, so that tests and server.ts share one composition. */
export async function buildApp({ auth, workspace, chat, images, limiters, logger, settings, ...deps }: ApiDeps): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    ...serverOptions({ logger, trustedProxies: settings.trustedProxies }),
    bodyLimit: settings.maxBodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: TIMEOUT_CHECK_MS },
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError,
  })

  await app.register(errorHandler)
  await app.register(securityHeaders)
  await app.register(operations, deps.operations)
  await app.register(cors, { ...CROSS_ORIGIN, origin: [...settings.allowedOrigins] })
  await app.register(catalogueGuard)
  await app.register(jsonBody)
  await app.register(textCheck)
  await app.register(validation)
  await app.register(authentication, { auth, limiters })
  await app.register(rateLimit, { limiters })
  await app.register(idempotency)

  await app.register(async (v1) => {
    await v1.register(authRoutes, { auth })
    await v1.register(userRoutes, { auth })
    await v1.register(workspaceRoutes, { workspace })
    await v1.register(inviteRoutes, { workspace })
    await v1.register(groupRoutes, { workspace })
    await v1.register(imageRoutes, { images, workspace })
    await v1.register(channelRoutes, { workspace })
    await v1.register(messageRoutes, { chat })
    await v1.register(keptRoutes, { chat })
    await v1.register(plannedRoutes, { chat })
    await v1.register(unreadRoutes, { chat })
  }, { prefix: '/api/v1' })

  if (settings.docs) await app.register(openApi)
  return app
}

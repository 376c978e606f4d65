import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyPluginAsync } from 'fastify'
import { openApiDocument } from '../openapi/document.ts'

/** Only what the page brings itself: its styles are inline, its two icons are data. */
const PAGE_CSP = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

/** The description of the interface: `/openapi.json` for programs, `/docs` (Swagger UI) for people. */
export const openApi: FastifyPluginAsync = async (app) => {
  const document = openApiDocument()
  // Its types know OpenAPI 3.0 and 3.1 by hand-written interfaces; the linter in CI checks the document itself.
  await app.register(swagger, { mode: 'static', specification: { document: document as never } })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: PAGE_CSP, uiConfig: { persistAuthorization: false, displayOperationId: true } })
  const text = JSON.stringify(document)
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').send(text))
}

import swagger from '@fastify/swagger'
import Fastify from 'fastify'
import { openApiDocument } from './document.ts'

const HEADER = '# Generated from the schemas that validate at run time (packages/contracts/src/routes) by `npm run generate`.\n'

/** The contents of `api-spec.yaml`. */
export async function apiSpecYaml(): Promise<string> {
  const document = openApiDocument()
  const app = Fastify()
  // The plugin's types are those of OpenAPI by hand; this document is checked by the linter.
  await app.register(swagger, { mode: 'static', specification: { document: document as never } })
  await app.ready()
  const yaml = app.swagger({ yaml: true })
  await app.close()
  return `${HEADER}${yaml}`
}

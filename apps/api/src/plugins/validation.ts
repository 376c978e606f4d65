import { Ajv, type Options } from 'ajv'
import fp from 'fastify-plugin'

/** One address as people have them: no quotes, comments, lists or hidden characters, and a domain that can be looked up. */
const EMAIL = /^[\p{L}\p{N}!#$%&'*+\-/=?^_`{|}~.]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/iu
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** RFC 3339, in any time zone. Whether there is such a day, the use case finds out. */
const DATE_TIME = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i

const options: Options = { removeAdditional: false, useDefaults: true, allErrors: true, strict: true, formats: { uuid: UUID, email: EMAIL, 'date-time': DATE_TIME } }

/** Checks requests against their schemas. Only in the address is everything text: a body that says "5" for 5 is wrong. */
export const validation = fp(async (app) => {
  const strict = new Ajv(options)
  // With strict numbers `Infinity`, coerced, is no number to the keywords that would refuse it.
  const fromText = new Ajv({ ...options, coerceTypes: true, strictNumbers: false })
  app.setValidatorCompiler<object>(({ schema, httpPart }) => (httpPart === 'body' ? strict : fromText).compile(schema))
}, { name: 'validation' })

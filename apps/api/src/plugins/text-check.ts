import fp from 'fastify-plugin'
import { DomainError, isStorableText } from '@afrochat/kernel'

/** Deeper than any body of ours, and far from where recursion hurts. */
const MAX_DEPTH = 16
/** More than any body of ours has. */
const MAX_VALUES = 10_000

/**
 * No text that PostgreSQL cannot store gets further, wherever it stands: NUL characters and halves of surrogate pairs.
 * Here, once, because any string of any operation would end as an error of the database.
 */
export const textCheck = fp(async (app) => {
  app.addHook('preValidation', (request, _reply, done) => {
    done(faultOf(request.params) ?? faultOf(request.query) ?? faultOf(request.body))
  })
}, { name: 'text-check', dependencies: ['error-handler'] })

function faultOf(part: unknown): DomainError | undefined {
  const found = find(part, { depth: 0, values: 0 })
  if (found === undefined) return undefined
  return found.isText
    ? new DomainError('invalid', 'invalid_text', 'A text holds a NUL character or half of a surrogate pair', {
        details: [{ path: found.path, message: 'must not hold NUL characters or unpaired surrogates' }],
      })
    : new DomainError('invalid', 'invalid_request', 'The request body is nested too deeply or has too many values')
}

interface Found {
  readonly isText: boolean
  readonly path: string
}

interface Walk {
  depth: number
  values: number
}

/** The first fault. Its path is put together on the way back, so that a good request allocates nothing here. */
function find(value: unknown, walk: Walk): Found | undefined {
  if (typeof value === 'string') return isStorableText(value) ? undefined : { isText: true, path: '' }
  // Bytes are no text: what they mean is for whoever takes them.
  if (!isObject(value) || ArrayBuffer.isView(value)) return undefined
  walk.depth += 1
  for (const key of Object.keys(value)) {
    walk.values += 1
    if (walk.depth > MAX_DEPTH || walk.values > MAX_VALUES) return { isText: false, path: '' }
    if (!isStorableText(key)) return { isText: true, path: '' }
    const inner = find(value[key], walk)
    if (inner) return { isText: inner.isText, path: `/${toPointerToken(key)}${inner.path}` }
  }
  walk.depth -= 1
  return undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** RFC 6901. */
const toPointerToken = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1')

import { Type, type Static } from 'typebox'
import { Closed } from './scalars.ts'

/** The body of every answer from 400 up. */
export const ErrorBody = Closed(
  {
    error: Type.String({ description: 'A sentence for a person' }),
    code: Type.String({ description: 'Stable, for programs' }),
    request_id: Type.String(),
    details: Type.Optional(Type.Array(Closed({ path: Type.String(), message: Type.String() }))),
  },
  { $id: 'Error' },
)
export type ErrorBody = Static<typeof ErrorBody>

/** One of several that were asked for together: what it was refused with, while others were done. */
export const FailedItem = Closed({ id: Type.String({ format: 'uuid' }), code: ErrorBody.properties.code, error: ErrorBody.properties.error }, { $id: 'FailedItem' })
export type FailedItem = Static<typeof FailedItem>

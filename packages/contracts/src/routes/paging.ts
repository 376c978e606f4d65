import { Type, type TSchema } from 'typebox'
import { Closed, Nullable } from '../objects/scalars.ts'

export const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 1000, description: 'The `next_cursor` of the page before' })),
}

/** One page of a list. `next_cursor` is null on the last one; a page shorter than `limit` is not the last for that alone. */
export const PageOf = <T extends TSchema>(item: T) => Closed({ items: Type.Array(item), next_cursor: Nullable(Type.String()) })

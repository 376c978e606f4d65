import type { CallOptions } from './calls.ts'

interface Page<T> {
  readonly items: readonly T[]
  readonly next_cursor: string | null
}

/** Any method that lists in pages: `client.listMessages`, `client.listChannels` … */
export type ListCall<I extends { cursor?: string }, T> = (input: I, options?: CallOptions) => Promise<Page<T>>

/** All pages of a list, each asked for when it is wanted: `for await (const page of eachPage(client.listMessages, { channel_id }))`. */
export async function* eachPage<I extends { cursor?: string }, T>(list: ListCall<I, T>, input: I, options?: CallOptions): AsyncGenerator<readonly T[]> {
  let next: I | undefined = input
  while (next !== undefined) {
    const page: Page<T> = await list(next, options)
    yield page.items
    next = page.next_cursor === null ? undefined : { ...input, cursor: page.next_cursor }
  }
}

/** All items of a list, a page at a time behind the scenes. */
export async function* eachItem<I extends { cursor?: string }, T>(list: ListCall<I, T>, input: I, options?: CallOptions): AsyncGenerator<T> {
  for await (const page of eachPage(list, input, options)) yield* page
}

/** The whole list at once, for those that are never long. */
export async function allOf<I extends { cursor?: string }, T>(list: ListCall<I, T>, input: I, options?: CallOptions): Promise<T[]> {
  const items: T[] = []
  for await (const page of eachPage(list, input, options)) items.push(...page)
  return items
}

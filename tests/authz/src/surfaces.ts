import { routeCatalogue, type RouteDefinition } from '@afrochat/contracts'
import type { Request } from '@afrochat/test-stage'
import type { Hands } from './hands.ts'

/** Of these, nothing that was said anywhere can be in the answer. */
const UNRELATED = ['session_id', 'image_name', 'token', 'invite_id', 'slug', 'group_id']

/** What has to be said besides, or may be said to see more. */
const queries: Readonly<Record<string, readonly Record<string, string>[]>> = {
  listChannelChanges: [{ since: '0', limit: '200' }],
  listChannels: ['mine', 'browse', 'archived'].map((filter) => ({ filter, limit: '200' })),
}

/** The operations by which somebody sees these words, whatever they ask for: all that read are asked for everything in the scene. */
export async function whereSeen(hands: Hands, name: string, words: string): Promise<string[]> {
  const seen = new Set<string>()
  await Promise.all(questions(hands).map(async ({ operation, ...request }) => {
    const { body } = await hands.try(name, operation, request)
    if (JSON.stringify(body ?? null).includes(words)) seen.add(operation)
  }))
  return [...seen].toSorted()
}

type Question = Request & { readonly operation: string }

/** Every way in which an operation that reads can be asked for something in the scene. */
function questions(hands: Hands): Question[] {
  const reading = Object.entries<RouteDefinition>(routeCatalogue).filter(([, { method }]) => method === 'GET')
  return reading.flatMap(([operation, route]) => paramsOf(hands, route).flatMap((params) =>
    (queries[operation] ?? [undefined]).map((query) => ({ operation, params, ...(query && { query }) }))))
}

function paramsOf(hands: Hands, { params, path }: RouteDefinition): Record<string, string>[] {
  const choices: Readonly<Record<string, readonly string[]>> = {
    workspace_id: [hands.id('workspace')],
    channel_id: [hands.channelId, hands.id('channel default')],
    message_id: hands.messageIds,
    user_id: [hands.person('PA')],
    scheduled_message_id: [hands.id('scheduled MC')],
    reminder_id: [hands.id('reminder MC')],
  }
  const names = Object.keys(params?.properties ?? {})
  if (names.some((name) => UNRELATED.includes(name))) return []
  return names.reduce<Record<string, string>[]>((known, name) => {
    const values = choices[name]
    if (values === undefined) throw new Error(`Nobody has said what ${name} of ${path} is in a scene`)
    return known.flatMap((some) => values.map((value) => ({ ...some, [name]: value })))
  }, [{}])
}

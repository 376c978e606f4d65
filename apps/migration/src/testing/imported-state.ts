import type { Db } from '@afrochat/database'

/** For the tests: everything that an import leaves, with names in the place of ids, so that two databases can be compared. */
export async function importedState(db: Db): Promise<Record<string, string[]>> {
  const names = new Map<string, string>()
  for (const { id, username } of await db.selectFrom('users').select(['id', 'username']).execute()) names.set(id, `user ${username}`)
  for (const { id, slug } of await db.selectFrom('workspaces').select(['id', 'slug']).execute()) names.set(id, `workspace ${slug}`)
  for (const { id, name } of await db.selectFrom('channels').select(['id', 'name']).execute()) names.set(id, `channel ${name ?? ''}`)
  const messages = await db.selectFrom('messages').select(['id', 'channel_id', 'seq']).execute()
  for (const { id, channel_id, seq } of messages) names.set(id, `message ${seq} of ${names.get(channel_id) ?? ''}`)

  const tables = ['users', 'workspace_members', 'channels', 'channel_members', 'channel_user_states', 'messages', 'reactions', 'import_refs', 'import_channels', 'stream_heads'] as const
  const state: Record<string, string[]> = {}
  for (const table of tables) state[table] = (await db.selectFrom(table).selectAll().execute()).map((row) => inNames(row, names)).toSorted()
  const events = await db.selectFrom('events').select(['pos', 'stream_key', 'seq', 'type', 'message_id', 'payload', 'imported']).orderBy('pos').execute()
  // Several streams share the log: their order among each other is not said.
  state['events'] = events.map(({ pos: _, ...event }) => inNames(event, names)).toSorted()
  return state
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
/** Times of this run, which may begin in one year and end in another; those of messages are the original ones, of 2020. */
const NOW = /"20(?:2[1-9]|[3-9]\d)-\d{2}-\d{2}T[\d:.]+Z"/g

function inNames(row: object, names: ReadonlyMap<string, string>): string {
  return JSON.stringify(row).replaceAll(UUID, (id) => names.get(id) ?? 'an id').replaceAll(/\\"/g, '"').replaceAll(NOW, '"now"')
}

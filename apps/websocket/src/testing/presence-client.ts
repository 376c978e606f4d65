import { waitFor } from '@afrochat/test-support'
import type { Person } from './test-gateway.ts'
import type { TestClient } from './test-client.ts'

interface Told {
  readonly user_id: string
  readonly presence: string
}

/** Everything that a connection was told of somebody, in order: by the answers to `watch_presence`, and by `presence_changed`. */
export function toldOf({ frames }: TestClient, { user }: Person): string[] {
  const told = frames.flatMap(({ type, data }): Told[] => {
    // Frames of these types, as the catalogue has them.
    if (type === 'presence_changed') return [data as unknown as Told]
    return type === 'ack' && 'presences' in data ? (data['presences'] as Told[]) : []
  })
  return told.filter(({ user_id }) => user_id === user.id).map(({ presence }) => presence)
}

export async function watch(client: TestClient, ...people: readonly Person[]): Promise<unknown> {
  const { type, data } = await client.command('watch_presence', { user_ids: people.map(({ user }) => user.id) })
  return type === 'ack' ? data['presences'] : data
}

/** Resolves when the connection has been told this last. */
export async function sees(client: TestClient, person: Person, presence: string): Promise<void> {
  try {
    await waitFor(() => toldOf(client, person).at(-1) === presence)
  } catch (error) {
    throw new Error(`Not told ${presence}, but ${JSON.stringify(toldOf(client, person))}`, { cause: error })
  }
}

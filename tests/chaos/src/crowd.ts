import { randomUUID } from 'node:crypto'
import { createClient, type ChannelId, type UserId } from '@afrochat/client'
import { createAccessTokens } from '../../../packages/auth/src/tokens/access-token.ts'
import { withDatabase } from './stored.ts'
import type { Person, Town } from './town.ts'

export interface CrowdOptions {
  readonly count: number
  readonly databaseUrl: string
  readonly apiUrls: readonly string[]
  /** With which the services sign their tokens. */
  readonly secret: string
}

const DAY_SECONDS = 24 * 3600

/** People who are in every channel, put there by hand: so many registrations would take minutes, for their passwords. */
export async function gatherCrowd({ workspaceId, publicChannels, privateChannels }: Town, options: CrowdOptions): Promise<Person[]> {
  const ids = Array.from({ length: options.count }, () => ({ userId: randomUUID(), sessionId: randomUUID() }))
  const one = `unnest('{${ids.map(({ userId }) => userId).join()}}'::uuid[], '{${ids.map(({ sessionId }) => sessionId).join()}}'::uuid[]) with ordinality as one(id, session, n)`
  await withDatabase(options.databaseUrl, async (query) => {
    await query(`insert into users (id, username, display_name) select id, 'crowd' || n, 'Crowd ' || n from ${one}`)
    await query(`insert into sessions (id, user_id, expires_at) select session, id, now() + interval '1 day' from ${one}`)
    await query(`insert into workspace_members (workspace_id, user_id, role) select '${workspaceId}', id, 'member' from ${one}`)
    for (const channel of [...publicChannels, ...privateChannels]) await query(joined(channel, workspaceId, one))
    await query('analyze')
  })
  const access = createAccessTokens({ secrets: [options.secret], issuer: 'afrochat', lifeSeconds: DAY_SECONDS })
  return Promise.all(ids.map(async ({ userId, sessionId }) => {
    // Ids of rows that were just inserted.
    const token = await access.issue({ userId: userId as UserId, email: null, sessionId: sessionId as never })
    const tokens = { userId: userId as UserId, accessToken: token, refreshToken: null, expiresAtMs: null }
    const [first, ...others] = options.apiUrls.map((url) => createClient({ url, tokens }))
    if (first === undefined) throw new Error('There is no api')
    return { userId: userId as UserId, token, clients: [first, ...others] }
  }))
}

/** Without an event: theirs is what comes from here on. */
const joined = (channelId: ChannelId, workspaceId: string, one: string) => `
  insert into channel_members (channel_id, user_id, workspace_id, from_seq)
  select '${channelId}', id, '${workspaceId}', (select seq + 1 from stream_heads where stream_key = 'c:${channelId}') from ${one}`

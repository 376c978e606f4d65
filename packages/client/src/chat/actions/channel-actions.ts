import { allOf, MAX_WATCHED, type Channel } from '../../index.ts'
import type { Chat } from '../chat.ts'
import { cleanName } from '../clean-text.ts'
import { Mistake } from '../mistake.ts'
import { renderChannel } from '../render.ts'
import { findByName, findChannel, findPeople, here } from './find.ts'
import { say, told } from './message-actions.ts'
import { DONE, type Actions, type Outcome } from './outcome.ts'

/** What somebody does with channels, the people in them, and their own view of them. */
export const channelActions = {
  channels: async ({ state, screen }) => {
    for (const [index, channel] of state.channels().entries()) {
      screen.print(renderChannel(channel, index + 1, { style: screen.style, label: cleanName(state.labelOf(channel)) }))
    }
    return DONE
  },
  open: async (chat, { which }) => {
    await chat.open(findChannel(chat, which))
    return DONE
  },
  browse: async (chat) => {
    const { client, state, screen } = chat
    const channels = await allOf(client.listChannels, { workspace_id: state.workspace.id, filter: 'browse', limit: 200 })
    const others = channels.filter(({ is_member }) => !is_member)
    for (const { name, member_count } of others) screen.print(`/join ${cleanName(name ?? '')}  ${screen.style.dim(`${member_count} in it`)}`)
    return others.length === 0 ? told(chat, 'You are in every public channel.') : DONE
  },
  join: async (chat, { which }) => {
    const [, token] = /\/invite\/([\w-]+)\/?$/.exec(which) ?? []
    if (token !== undefined) return { then: 'switch', slug: (await chat.client.acceptInvite({ token })).slug }
    const name = which.replace(/^#/, '')
    const wanted = await findByName(chat, name, 'browse')
    if (wanted === undefined) throw new Mistake(`There is no public channel ${name}: /browse lists them, /create makes one.`)
    return open(chat, wanted.is_member ? wanted : await chat.client.joinChannel({ channel_id: wanted.id }))
  },
  create: async (chat, { channel, kind }) =>
    open(chat, await chat.client.createChannel({ workspace_id: chat.state.workspace.id, name: channel, kind })),
  dm: async (chat, { usernames, text }) => {
    const user_ids = findPeople(chat, usernames).map(({ id }) => id)
    await open(chat, await chat.client.openDm({ workspace_id: chat.state.workspace.id, user_ids }))
    return text === '' ? DONE : say(chat, { content: text })
  },
  leave: async (chat) => {
    const room = here(chat)
    await chat.client.leaveChannel({ channel_id: room.channelId })
    await chat.until(() => chat.room !== room)
    return DONE
  },
  who: async (chat) => {
    const { style } = chat.screen
    const members = await allOf(chat.client.listChannelMembers, { channel_id: here(chat).channelId, limit: 200 })
    // Of so many at most the server tells how they are.
    const presences = chat.isBroken ? [] : await chat.connection.watchPresence(members.slice(0, MAX_WATCHED).map(({ user }) => user.id))
    const presenceOf = new Map(presences.map(({ user_id, presence }) => [user_id, presence]))
    for (const { user, role } of members) {
      const facts = [`@${user.username}`, role === 'manager' ? role : null, user.status_text, presenceOf.get(user.id) ?? null]
        .filter((fact) => fact !== null).map(cleanName)
      chat.screen.print(`${cleanName(user.display_name)} ${style.dim(facts.join(' · '))}`)
    }
    return DONE
  },
  add: async (chat, { usernames }) => {
    await chat.client.addChannelMembers({ channel_id: here(chat).channelId, user_ids: findPeople(chat, usernames).map(({ id }) => id) })
    return DONE
  },
  remove: async (chat, { usernames }) => {
    const { channelId: channel_id } = here(chat)
    for (const { id: user_id } of findPeople(chat, usernames)) await chat.client.removeChannelMember({ channel_id, user_id })
    return DONE
  },

  topic: async (chat, { text }) => {
    const { channelId } = here(chat)
    if (text === null) return told(chat, cleanName(chat.state.channel(channelId)?.topic ?? 'This channel has no topic.'))
    return changed(chat, await chat.client.updateChannel({ channel_id: channelId, topic: text === '-' ? null : text }))
  },
  rename: async (chat, { channel }) => changed(chat, await chat.client.updateChannel({ channel_id: here(chat).channelId, name: channel })),
  archive: async (chat) => changed(chat, await chat.client.archiveChannel({ channel_id: here(chat).channelId })),
  unarchive: async (chat, { which }) => {
    const wanted = await findByName(chat, which, 'archived')
    if (wanted === undefined) throw new Mistake(`There is no archived channel ${which}.`)
    return changed(chat, await chat.client.unarchiveChannel({ channel_id: wanted.id }))
  },
  mute: async (chat) => prefer(chat, { muted: true }),
  unmute: async (chat) => prefer(chat, { muted: false }),
  star: async (chat) => prefer(chat, { starred: true }),
  unstar: async (chat) => prefer(chat, { starred: false }),
  invite: async ({ client, state, screen }) => {
    const { url } = await client.createInvite({ workspace_id: state.workspace.id })
    screen.print(`Whoever has this link can join with it: npm run chat -- --join ${url}`)
    return DONE
  },
} satisfies Partial<Actions>

async function open(chat: Chat, channel: Channel): Promise<Outcome> {
  chat.state.put(channel)
  await chat.open(channel)
  return DONE
}

/** Waits for the news of it, which say what happened. */
async function changed(chat: Chat, { id, last_seq }: Channel): Promise<Outcome> {
  await chat.until(() => (chat.state.channel(id)?.last_seq ?? last_seq) >= last_seq)
  chat.refreshPrompt()
  return DONE
}

async function prefer(chat: Chat, preferences: { muted?: boolean; starred?: boolean }): Promise<Outcome> {
  chat.state.put(await chat.client.setChannelPreferences({ channel_id: here(chat).channelId, ...preferences }))
  return DONE
}

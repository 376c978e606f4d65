import { isClientEventName, serverFrameCatalogue, type ServerFrameData, type WatchedPresence } from '@afrochat/contracts'
import type { Scene } from '@afrochat/test-stage'
import type { ReceivedFrame } from '../../../../apps/websocket/src/testing/test-client.ts'
import { secretKeysIn } from './known-secrets.ts'
import { differences, unshown, type Viewer } from './shown.ts'

/** What is wrong with somebody's having got a frame; empty when nothing is. */
export async function faultsOf(frame: ReceivedFrame, viewer: Viewer, scene: Scene): Promise<string[]> {
  const faults = [...secretKeysIn(frame.type, frame), ...await unreadable(frame, viewer)]
  return faults.map((fault) => `${frame.type} to ${nameOf(viewer.me, scene)}: ${fault}`)
}

async function unreadable(frame: ReceivedFrame, viewer: Viewer): Promise<string[]> {
  const { type, data } = frame
  if (isClientEventName(type)) return [...outsideEnvelope(frame), ...await unshown(type, data, viewer)]
  if (!Object.hasOwn(serverFrameCatalogue, type)) return ['is of no type that there is']
  if (type === 'user_typing') return unreadableTyping(data as ServerFrameData<'user_typing'>, viewer)
  if (type === 'presence_changed') return unreadablePeople([String(data['user_id'])], viewer)
  if (type !== 'ack') return type === 'hello' && data['user_id'] !== viewer.me ? ['greets somebody else'] : []
  if ('presences' in data) return unreadablePeople((data as unknown as WatchedPresence).presences.map(({ user_id }) => user_id), viewer)
  const { notices: _, ...answer } = data
  return 'content' in answer ? differences(answer, await viewer.now.message(String(answer['id'])), '') : []
}

/** The envelope names what the event is about, and nothing else. */
function outsideEnvelope({ type: _, cursor: _cursor, seq: _seq, data, ...envelope }: ReceivedFrame): string[] {
  const said = JSON.stringify(data)
  return Object.entries(envelope).flatMap(([key, id]) => (key === 'workspace_id' || said.includes(String(id)) ? [] : [`/${key} is of something else`]))
}

async function unreadableTyping({ channel_id: id, user_id, thread_id }: ServerFrameData<'user_typing'>, { now }: Viewer): Promise<string[]> {
  return [
    ...differences({ id, is_member: true }, await now.channel(id), '/channel'),
    ...differences({ user: { id: user_id } }, await now.channelMember(id, user_id), '/user'),
    ...(thread_id === null ? [] : differences({ id: thread_id, channel_id: id }, await now.message(thread_id), '/thread')),
  ]
}

async function unreadablePeople(ids: readonly string[], { now }: Viewer): Promise<string[]> {
  const faults = ids.map(async (id) => differences({ id }, await now.user(id), `/${id}`))
  return (await Promise.all(faults)).flat()
}

const nameOf = (id: string, scene: Scene): string => scene.people.find((name) => scene.id(`user ${name}`) === id) ?? id

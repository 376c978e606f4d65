import { closeCodes, type ClientEventName, type ClientFrameType, type ServerFrameType } from '@afrochat/contracts'

/** What a client does about a close code. */
const REACTIONS: Record<(typeof closeCodes)[keyof typeof closeCodes]['then'], string> = {
  reconnect: 'connect again and resume',
  'sign-in': 'get a new token, or ask the person to sign in',
  stop: 'do not connect again by yourself',
}

const CLOSE_MEANINGS: Record<keyof typeof closeCodes, string> = {
  authenticationFailed: 'authentication failed, was missing, or has expired',
  protocolError: 'too many invalid frames',
  tooManyConnections: 'a newer connection of the same user took its place',
  rateLimited: 'too many frames or resumes',
  tooSlow: 'the client reads too slowly',
  serverRestarting: 'the server restarts; the reason is the delay before connecting again, in milliseconds',
  signedOut: 'the session was ended',
}

const closeTable = Object.entries(closeCodes)
  // The names are those of the table itself.
  .map(([name, { code, then }]) => `| ${code} | ${CLOSE_MEANINGS[name as keyof typeof closeCodes]} | ${REACTIONS[then]} |`)

export const info = {
  title: 'AfroChat WebSocket',
  version: '1.0.0',
  description: [
    'Frames are JSON text. A client authenticates by an `Authorization` header, by `Sec-WebSocket-Protocol: afrochat.v1, bearer.<access token>`, or by a first frame `authenticate` within five seconds. Never by a token in the URL.',
    'The first frame of the server is `hello`. Durable events are held back until the client\'s first frame after it, at most one second, so that a `resume` comes before them. A later `resume` is good too: until its `resumed`, keep the earlier cursor, and do not take what comes for a sign that everything before it has come.',
    'Every durable event carries a `cursor`, its place in the whole log; those of a channel also the channel\'s `seq`, without gaps, except for an import\'s events, which are not sent: then read `/changes`. Keep the last cursor, also that of heartbeats, and hand it back in `resume`. An installation with several shards has one cursor for each: join the last of each by `,`.',
    'A connection gets the events of the channels that its user is a member of, of the workspace what the user\'s role may see, and the user\'s own. Frames of types that you do not know: ignore them.',
    'Compression (`permessage-deflate`) is agreed to when a client offers it, each message by itself in both directions; frames of 256 bytes and more are then compressed. A client\'s frame may be 64 KiB, after inflating.',
    'A frame with an `id` is answered by `ack` or `error` with the same `id`.',
    `Close codes:\n\n| code | meaning | then |\n|---|---|---|\n${closeTable.join('\n')}`,
    'And of RFC 6455: 1002 and 1007 for a frame that is none, 1009 for one that is too long, 1008 for too many pings or fragments, 1013 when what its user is a member of cannot be read at the moment: connect again.',
  ].join('\n\n'),
  license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
}

export const clientFrameTexts: Record<ClientFrameType, string> = {
  authenticate: 'Says who the client is, where the handshake did not; later, prolongs the connection by a fresh token of the same session.',
  resume: 'Asks for what was missed since a cursor. Answered by the missed events in order and `resumed`, or by `resync_required`.',
  ping: 'Asks for a sign of life: an `ack`, if it has an `id`.',
  typing: 'Shows to the other members of the channel that the user types. Repeated within three seconds it does nothing.',
  presence: 'Says whether somebody is at this device. A device that says nothing is active for as long as its user types or posts over it.',
  watch_presence: 'Asks to be told of the presence of these people from now on, instead of those before. The `ack` says how they are; of whom the client may not know, or there is nobody, it says nothing.',
  send_message: 'Sends a message, as `POST /channels/{channel_id}/messages` does. The `ack` holds the message. One whose frame would be longer than 64 KiB goes over HTTP.',
  mark_read: 'Moves the read mark forward, as `POST /channels/{channel_id}/read` does.',
}

export const serverFrameTexts: Record<ServerFrameType, string> = {
  hello: 'The first frame. Its cursor is the place from which the connection gets events unless it resumes from an earlier one.',
  heartbeat: 'At least every thirty seconds. Everything that the connection may see up to its cursor has been sent: keep it. It has none between `hello` and the client\'s first frame, and while a `resume` is under way.',
  resumed: 'All that was missed has been sent; what follows happens now.',
  resync_required: 'What was missed cannot be sent: read `/boot` and `/changes`, and resume from the cursor of `/boot`.',
  ack: 'The answer to a frame with an `id` that did what it asked for.',
  error: 'The answer to a frame that was refused. `id` is null where the frame had none that could be read.',
  user_typing: 'Somebody types in a channel. Passing: it has no cursor and may be lost; show it for six seconds, or until they post there.',
  presence_changed: 'Somebody whom this connection watches is active, away or offline now. Passing: it has no cursor and may be late; `watch_presence` after a reconnection says how things are.',
}

export const eventTexts: Record<ClientEventName, string> = {
  message_sent: 'A message or a reply.',
  message_updated: 'A message in its new form.',
  message_deleted: 'A message is gone; ids only.',
  thread_updated: 'A root after a reply came or went, or after it was locked or unlocked: its reply fields and `change_seq`.',
  messages_bulk_deleted: 'Several messages are gone in one change; ids only.',
  message_pinned: 'A message was pinned.',
  message_unpinned: 'A message is no longer pinned.',
  reaction_added: 'Somebody reacted to a message.',
  reaction_removed: 'Somebody took a reaction back.',
  channel_created: 'A new public channel, to those who are not in it.',
  channel_updated: 'A channel in its new form: name, topic, description, kind, who may post.',
  channel_archived: 'A channel was archived: it is read-only now.',
  channel_unarchived: 'A channel is open again.',
  channel_deleted: 'A channel is gone: deleted, or become private to others.',
  member_updated: 'A member of a channel has another role in it.',
  member_joined: 'Somebody joined a channel: for their own connections the first event of it, with the channel.',
  member_left: 'Somebody left a channel or was removed: for their own connections the last event of it.',
  channel_read: 'The user\'s own read mark moved, on whatever device.',
  workspace_member_joined: 'Somebody joined a workspace.',
  workspace_member_left: 'Somebody left a workspace or was deactivated: for their own connections the last event of it.',
  workspace_updated: 'A workspace in its new form, its settings included.',
  workspace_deleted: 'A workspace is gone.',
  workspace_member_updated: 'Somebody has another role in a workspace.',
  user_updated: 'A person in their new form: name, avatar, status.',
  group_updated: 'A user group was made or changed.',
  group_deleted: 'A user group is gone.',
  emoji_updated: 'A custom emoji came, or went (`emoji`: null).',
  preferences_updated: 'The user\'s own preferences, of one channel or of the account.',
  draft_updated: 'A draft of the user\'s own, or its end (`draft`: null).',
  saved_updated: 'The user saved a message, or took it off the list (`saved_at`: null).',
  thread_subscription_updated: 'The user\'s own following of a thread, and how far it is read.',
  scheduled_message_updated: 'A scheduled message of the user\'s own in its new form.',
  reminder_updated: 'A reminder of the user\'s own in its new form: `fired` is the moment to show it.',
}

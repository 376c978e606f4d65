export const info = {
  title: 'AfroChat',
  version: '1.0.0',
  summary: 'The HTTP interface of AfroChat: accounts, workspaces, channels, messages, and what people keep and plan',
  description: [
    'JSON in UTF-8; fields in `snake_case`; times in RFC 3339, UTC, with milliseconds; ids are UUIDv7. An absent value is `null`, never a missing key.',
    'Fields that an operation does not know are refused, so that a typo never passes silently.',
    'Every answer carries `X-Request-Id`, which is yours when you sent a well-formed one. Every error has the form of `Error`: programs go by `code`, people by `error`.',
    'What you may not know of is answered like what does not exist, to the letter: 404. 403 is given only where you may know that the thing exists.',
    'Lists give `items` and `next_cursor`; hand it back as `cursor` until it is `null`. No row is skipped or shown twice while rows come and go.',
    'Requests are limited by user, or by address before signing in. Limited answers carry `RateLimit-*`; a 429 and a 503 carry `Retry-After`.',
    'A POST that got no answer may be sent again with the same `Idempotency-Key`, a message with the same `client_msg_id`: it is done once, and answered alike.',
    'In a channel, everything that lasts takes the next `seq`: 1, 2, 3 … in commit order. Order by `seq`, never by time. Events arrive over the WebSocket (see `asyncapi.yaml`).',
  ].join('\n\n'),
  license: { name: 'MIT', identifier: 'MIT' },
}

export const tags = [
  { name: 'auth', description: 'Accounts, signing in, sessions' },
  { name: 'users', description: 'People: their profiles, statuses, pictures and preferences' },
  { name: 'workspaces', description: 'Workspaces: settings, roles, members, invites, the audit log, and the first screen of a client' },
  { name: 'groups', description: 'People who are mentioned by one handle' },
  { name: 'emoji', description: 'The emoji of a workspace\'s own' },
  { name: 'images', description: 'Pictures of people, workspaces and emoji, for `<img>`' },
  { name: 'channels', description: 'Channels and direct messages, who is in them, how far they are read, and what changed in them' },
  { name: 'messages', description: 'Messages, threads, reactions, pins, drafts, saved messages, and what is unread' },
  { name: 'scheduled messages', description: 'Messages that are sent later' },
  { name: 'reminders', description: 'What people want to be reminded of' },
  { name: 'operations', description: 'For operators: health and metrics' },
]

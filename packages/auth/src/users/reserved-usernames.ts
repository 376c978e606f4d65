/** Names that would be mistaken for a mention of many, or for the people who run the place. */
const RESERVED: ReadonlySet<string> = new Set([
  'here', 'channel', 'everyone', 'all', 'group', 'team',
  'admin', 'administrator', 'root', 'system', 'sysadmin', 'moderator', 'mod', 'owner', 'staff', 'support', 'help', 'security', 'abuse',
  'postmaster', 'webmaster', 'hostmaster', 'noreply', 'no-reply', 'mailer-daemon',
  'afrochat', 'slackbot', 'bot', 'me', 'self', 'you', 'someone', 'nobody', 'anonymous', 'deleted', 'unknown', 'null', 'undefined',
])

/** Whether nobody may have this name, also with dots, dashes or underscores in it: `h.e.r.e` reads like `here`. */
export function isReservedUsername(username: string): boolean {
  return RESERVED.has(username) || RESERVED.has(username.replaceAll(/[._-]/g, ''))
}

/** Names that would be mistaken for a mention of many, or for the people who run the place. */
const RESERVED: ReadonlySet<string> = new Set([
  'here', 'channel', 'everyone', 'all', 'group', 'team',
  'admin', 'administrator', 'root', 'system', 'sysadmin', 'moderator', 'mod', 'owner', 'staff', 'support', 'help', 'security', 'abuse',
  'postmaster', 'webmaster', 'hostmaster', 'noreply', 'no-reply', 'mailer-daemon',
  'afrochat', 'slackbot', 'bot', 'me', 'self', 'you', 'someone', 'nobody', 'anonymous', 'deleted', 'unknown', 'null', 'undefined',
])

/**
 * What is read for something else in small letters, after Unicode's list of confusables (UTS 39) as far as usernames can
 * hold them. A 1 is taken for an l or an i: both are tried.
 */
const LOOKALIKES: readonly (readonly [RegExp, string])[] = [[/0/g, 'o'], [/rn/g, 'm'], [/vv/g, 'w']]

/**
 * Whether nobody may have this name, also as it would be read: with dots, dashes or underscores in it (`h.e.r.e`), or with
 * characters that look alike (`adm1n`, `rnoderator`).
 */
export function isReservedUsername(username: string): boolean {
  const plain = username.replaceAll(/[._-]/g, '')
  const read = LOOKALIKES.reduce((name, [pattern, letter]) => name.replaceAll(pattern, letter), plain)
  return [username, plain, read, read.replaceAll('1', 'l'), read.replaceAll('1', 'i')].some((name) => RESERVED.has(name))
}

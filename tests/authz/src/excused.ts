import type { PermissionEntry } from './permission-entries.ts'

/** Rights given to who is not named, where nothing can notice it, and why: another check stands before or behind. What the tables do name is always noticed. */
const EXCUSES: readonly { readonly flips: RegExp; readonly because: string }[] = [
  {
    flips: /^(?:channel\.post|message\.(?:edit|pin|schedule|mention_channel|mention_channel\.large)) channel (?:member|admin)_out → allow$/,
    because: 'who is not in the channel is refused as one who may not post there, too',
  },
  { flips: /^channel\.post\.read_only (?:channel (?:member|admin)_out|direct \w+) → allow$/, because: 'asked of who may post where it is not read-only; a direct message never is' },
  { flips: /^channel\.member\.add_guest (?:channel guest_in|direct \w+) → allow$/, because: 'a guest adds nobody, and nobody is added to a direct message' },
  {
    flips: /^(?:workspace\.update\.admin_rights|member\.manage\.(?:admin|owner)) (?:member|guest) → allow$/,
    because: 'only who may change the workspace or its members is asked',
  },
  { flips: /^member\.email\.read guest → allow$/, because: 'guests do not list the members' },
]

/** Why nothing notices it, if something is known; undefined: it is a right that nobody tests. */
export const excuseFor = ({ name }: PermissionEntry, title: string): string | undefined =>
  EXCUSES.find(({ flips }) => flips.test(`${name} → ${title}`))?.because

import type { PermissionEntry } from './permission-entries.ts'

/** Flips that nothing can notice, and why: another check stands before or behind the entry, which the table of rights has in another place. */
const EXCUSES: readonly { readonly flips: RegExp; readonly because: string }[] = [
  { flips: / direct manager_in /, because: 'nobody is a manager of a direct message' },
  { flips: /^channel\.post\.read_only direct /, because: 'a direct message is never read-only' },
  {
    flips: /^(?:message\.mention_channel(?:\.large)?|channel\.member\.add_guest) .* → (?:hidden|not_allowed)(?: always)?$/,
    because: 'it is asked whether they may, and not why not',
  },
  {
    flips: /^(?:channel\.post|channel\.post\.read_only|message\.(?:edit|pin|schedule|mention_channel|mention_channel\.large)) public (?:member|admin)_out /,
    because: 'who is not in the channel is refused as one who may not post there, too',
  },
  { flips: /^message\.bulk_delete .* → allow$/, because: 'deleting several asks for the right to delete one as well' },
  { flips: /^channel\.set_default .*_out → allow$/, because: 'who may not read the channel is refused a second time, when it is loaded' },
  { flips: /^channel\.member\.add_guest (?:.* guest_in |direct )/, because: 'a guest adds nobody, and nobody is added to a direct message' },
  { flips: /^message\.delete\.own .* (?:manager|admin)_/, because: 'who deletes messages of anybody deletes their own' },
  {
    flips: /^(?:workspace\.update\.admin_rights|member\.manage\.admin|member\.manage\.owner) (?:member|guest) /,
    because: 'only who may change the workspace or its members is asked',
  },
  { flips: /^member\.email\.read guest /, because: 'guests do not list the members' },
]

/** Why nothing notices it, if something is known; undefined: it is a right that nobody tests. */
export function excuseFor({ name, holds }: PermissionEntry, title: string, readers: number): string | undefined {
  const known = EXCUSES.find(({ flips }) => flips.test(`${name} → ${title}`))
  // Messages and changes of channels load the channel as one that is read: it is that entry which hides them.
  return known?.because ?? (holds === 'hidden' && readers === 0 ? 'what may not be read is refused by channel.read before anybody asks' : undefined)
}

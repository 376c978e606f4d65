import { defaultWorkspaceSettings, WorkspaceSettings } from '../../packages/contracts/src/objects/settings.ts'
import type { JsonSchema } from '../../packages/json-schema/src/json-schema.ts'
import type { Cell } from '../../packages/workspace/src/permissions/cell.ts'
import { channelPermissions, type ChannelAction, type Permission } from '../../packages/workspace/src/permissions/channel-permissions.ts'
import { workspacePermissions, type WorkspaceAction } from '../../packages/workspace/src/permissions/workspace-permissions.ts'

/** What each action is, in the words of who decides about it. A new one does not compile until it has them. */
const workspaceTexts: Record<WorkspaceAction, string> = {
  'workspace.read': 'See its name, icon and description',
  'workspace.update': 'Change its name, address, icon, description and settings',
  'workspace.update.admin_rights': 'Change the settings that give admins more (`admins_may_…`)',
  'workspace.delete': 'Delete the workspace',
  'workspace.transfer': 'Hand the workspace over: of the owners the one who is named as its owner',
  'workspace.leave': 'Leave it; the last owner may not',
  'member.list': 'See all its members, those who were deactivated too',
  'member.email.read': 'See email addresses of others',
  'member.manage': 'Make members of guests and guests of members; deactivate and reactivate them',
  'member.manage.admin': 'Make and unmake admins; deactivate and reactivate them',
  'member.manage.owner': 'Make and unmake owners; deactivate and reactivate them',
  'audit.read': 'Read the audit log',
  'channel.create': 'Make channels',
  'channel.browse': 'See which public channels there are; guests: those that they are in',
  'dm.open': 'Write to people alone; guests: to people of their channels',
  'group.list': 'See the groups of people and who is in them',
  'group.manage': 'Make, change and remove groups',
  'emoji.list': 'Use the emoji of the workspace',
  'emoji.add': 'Add emoji',
  'emoji.remove': 'Remove emoji',
  'invite.create.member': 'Invite members',
  'invite.create.guest': 'Invite guests',
  'invite.create.admin': 'Invite admins',
  'invite.list': 'See invites',
  'invite.revoke': 'Revoke invites',
}

const channelTexts: Record<ChannelAction, string> = {
  'channel.read': 'Read: history, members, pins, threads',
  'channel.mark_read': 'Mark it read or unread',
  'channel.prefer': 'Mute it, star it, choose what to be notified of',
  'channel.join': 'Join it',
  'channel.leave': 'Leave it; a default channel only guests, a private one not as the last',
  'channel.post': 'Post and reply',
  'channel.post.read_only': 'Post and reply where it is read-only',
  'channel.update': 'Change its name, topic and description',
  'channel.set_posting': 'Make it read-only, or open again',
  'channel.set_default': 'Make it a default channel, or an ordinary one',
  'channel.archive': 'Archive it and bring it back',
  'channel.convert': 'Make it private, or public',
  'channel.delete': 'Delete it',
  'channel.member.add': 'Add members of the workspace',
  'channel.member.add_guest': 'Add guests',
  'channel.member.remove': 'Remove people',
  'channel.member.set_role': 'Make and unmake managers',
  'message.edit': 'Edit one\'s own messages; those of others: nobody',
  'message.edits.read': 'Read the earlier texts of what others wrote; of one\'s own: always',
  'message.delete.own': 'Delete one\'s own messages',
  'message.delete': 'Delete messages of others, or many at once',
  'message.react': 'React',
  'message.pin': 'Pin and unpin',
  'message.schedule': 'Write messages that are sent later',
  'message.mention_channel': 'Call everybody: `@here`, `@channel`, `@everyone`',
  'message.mention_channel.large': 'The same where more are in it than `channel_mention_max_members`',
  'thread.lock': 'Lock and unlock threads',
}

const PREFACE = `# Who may do what

For the people who run a workspace. Made from the tables that the system itself goes by
(\`packages/workspace/src/permissions\`) by \`npm run generate\`, so it says what is so.

Four rules stand above the tables:

- **What somebody may not know of does not exist for them.** A private channel, a direct message, what is in them, and a
  public channel for a guest who is not in it: every question about them is answered as for something that was never there.
  A refusal in so many words is given only to who may know that the thing exists.
- **Owners and admins have no silent way into what is private.** They neither see nor read private channels and direct
  messages that they are not in. They can become members of such a channel only by being added by somebody in it.
- **A right is looked at when something is done, not before.** A message written yesterday to be sent today, a quote in
  somebody's text, a link, an open connection: each is judged by what its owner may now. Who is removed from a channel gets
  nothing of it any more, on connections that are open, too.
- **The audit log keeps administrative acts**, and the attempts at them that were refused. It holds no words of messages.

\`✓\` allowed · \`own\` of what is their own · \`–\` not · \`⚙\` a setting of the workspace decides, named in the last column; the
sign in front of it is the default.
`

const ROLES = ['guest', 'member', 'admin', 'owner'] as const
/** Those who stand outside of a public channel; outside of any other nobody may do anything. */
const STANDINGS = ['guest_in', 'member_in', 'manager_in', 'admin_in', 'member_out', 'admin_out'] as const
const IN_DIRECT = [['guest_in', 'guests'], ['member_in', 'members'], ['admin_in', 'admins']] as const

/** The contents of `docs/permissions.md`. */
export function permissionsPage(): string {
  return [PREFACE, inWorkspace(), inChannels(), settings()].join('\n')
}

function inWorkspace(): string {
  const rows = keysOf(workspacePermissions).map((action) => {
    const cells = ROLES.map((role) => workspacePermissions[action][role])
    return [workspaceTexts[action], ...cells.map(signOf), settingsIn(cells)]
  })
  return `## In a workspace\n\n${table(['', 'guest', 'member', 'admin', 'owner', ''], rows)}`
}

function inChannels(): string {
  const rows = keysOf(channelPermissions).map((action) => {
    const { channel, direct } = channelPermissions[action]
    const cells = STANDINGS.map((standing) => channel[standing])
    return [channelTexts[action], ...cells.map(signOf), inDirect(direct), settingsIn(cells)]
  })
  return `## In a channel

The first four columns are people who are in it, public or private. The next two are outside of a public one: of a private
one nobody outside knows, and guests know of no channel that they are not in. Owners stand as admins. The last is for the
people of a direct message. An archived channel can be read, marked, muted, brought back and deleted; all else waits until it is back.

${table(['', 'guest', 'member', 'manager', 'admin', 'member outside', 'admin outside', 'direct message', ''], rows)}`
}

function inDirect(verdicts: Permission['direct']): string {
  const allowed = IN_DIRECT.filter(([standing]) => signOf(verdicts[standing]).startsWith('✓')).map(([, name]) => name)
  if (allowed.length === 0) return '–'
  return allowed.length === IN_DIRECT.length ? '✓' : allowed.join(', ')
}

function settings(): string {
  const rows = keysOf(defaultWorkspaceSettings).map((name) => {
    const schema: JsonSchema = WorkspaceSettings.properties[name]
    const description = schema.description ?? schema.anyOf?.[0]?.description ?? ''
    return [`\`${name}\``, said(defaultWorkspaceSettings[name]), description.replace(/(?:\. )?(?:On|Off) by default$/, '')]
  })
  return `## Settings of a workspace\n\n\`PATCH /workspaces/:id {settings}\` changes them.\n\n${table(['setting', 'default', 'what it opens or limits'], rows)}`
}

function said(value: WorkspaceSettings[keyof WorkspaceSettings]): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return typeof value === 'number' ? String(value) : 'none'
}

const keysOf = <K extends string>(record: Readonly<Record<K, unknown>>) => Object.keys(record) as K[] // Records of these keys alone.

function signOf(cell: Cell<string> = 'not named'): string {
  if (typeof cell !== 'string') return defaultWorkspaceSettings[cell.when] ? '✓ ⚙' : '– ⚙'
  if (cell === 'allow') return '✓'
  return cell === 'own' ? 'own' : '–'
}

function settingsIn(cells: readonly (Cell<string> | undefined)[]): string {
  return [...new Set(cells.flatMap((cell) => (typeof cell === 'object' ? [`\`${cell.when}\``] : [])))].join(', ')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`
}

import { Type, type Static } from 'typebox'
import { Closed, Nullable } from './scalars.ts'

/** Says the default in words: as a keyword it would be filled in wherever a change leaves the setting out. */
const onOff = (byDefault: boolean, description = '') =>
  Type.Boolean({ description: `${description}${description && '. '}${byDefault ? 'On' : 'Off'} by default` })

/** What a workspace's admins decide. Named so that each `members_may_…` opens to full members what admins may anyway. */
export const WorkspaceSettings = Closed(
  {
    members_may_create_channels: onOff(true),
    members_may_update_channels: onOff(true, 'Name, topic and description of channels that they are in'),
    members_may_archive_channels: onOff(false, 'Channels that they are in but do not manage'),
    members_may_add_to_channels: onOff(true),
    managers_may_convert_channels: onOff(false, 'Between public and private'),
    members_may_invite: onOff(true, 'New members; guests are invited by admins alone'),
    members_may_mention_channel: onOff(true, '`@here`, `@channel` and `@everyone`'),
    members_may_delete_own_messages: onOff(true),
    members_may_add_emoji: onOff(true),
    members_may_manage_groups: onOff(false),
    guests_may_pin: onOff(false),
    admins_may_manage_admins: onOff(false, 'Make and unmake admins, and deactivate them'),
    admins_may_read_audit_log: onOff(true),
    everyone_sees_edits: onOff(false, 'Earlier texts of a message: to all who may read it, not to its author and admins alone'),
    edit_window_minutes: Nullable(Type.Integer({ minimum: 1, maximum: 525_600, description: 'How long a message may be edited; null: for ever' })),
    channel_mention_max_members: Nullable(Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'In larger channels only managers and admins mention everybody; null: no limit' })),
    allowed_email_domains: Type.Array(Type.String({ pattern: '^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$' }), {
      maxItems: 50, uniqueItems: true, description: 'Whose addresses may join as members; empty: any. Guests may come from anywhere',
    }),
  },
  { $id: 'WorkspaceSettings' },
)
export type WorkspaceSettings = Static<typeof WorkspaceSettings>
/** Those that change; the others stay as they are. */
export const WorkspaceSettingsChange = Type.Partial(WorkspaceSettings, { additionalProperties: false, minProperties: 1 })
export type WorkspaceSettingsChange = Static<typeof WorkspaceSettingsChange>
/** Those that are yes or no: what a cell of the tables of permissions may depend on. */
export type WorkspaceSwitch = { [K in keyof WorkspaceSettings]: WorkspaceSettings[K] extends boolean ? K : never }[keyof WorkspaceSettings]

export const defaultWorkspaceSettings: WorkspaceSettings = {
  members_may_create_channels: true,
  members_may_update_channels: true,
  members_may_archive_channels: false,
  members_may_add_to_channels: true,
  managers_may_convert_channels: false,
  members_may_invite: true,
  members_may_mention_channel: true,
  members_may_delete_own_messages: true,
  members_may_add_emoji: true,
  members_may_manage_groups: false,
  guests_may_pin: false,
  admins_may_manage_admins: false,
  admins_may_read_audit_log: true,
  everyone_sees_edits: false,
  edit_window_minutes: null,
  channel_mention_max_members: 1000,
  allowed_email_domains: [],
}

/** Whether others see what one's devices say of oneself, or `away` for as long as any device is there. */
const PresenceChoice = Type.Union([Type.Literal('auto'), Type.Literal('away')], {
  description: '`auto`: what your devices say of you. `away`: away, whatever they say. Set by `PUT /users/me/presence`',
})

/** What somebody wants of every client of theirs. */
export const UserPreferences = Closed(
  {
    theme: Type.Union([Type.Literal('system'), Type.Literal('light'), Type.Literal('dark')]),
    time_format: Type.Union([Type.Literal('auto'), Type.Literal('12h'), Type.Literal('24h')]),
    send_with: Type.Union([Type.Literal('enter'), Type.Literal('mod_enter')]),
    convert_emoticons: Type.Boolean(),
    show_previews: Type.Boolean(),
    presence: PresenceChoice,
  },
  { $id: 'UserPreferences' },
)
export type UserPreferences = Static<typeof UserPreferences>

export const defaultUserPreferences: UserPreferences = {
  theme: 'system', time_format: 'auto', send_with: 'enter', convert_emoticons: true, show_previews: true, presence: 'auto',
}

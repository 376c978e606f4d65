-- The structure of a workspace: settings, roles that change, people who go and come back, groups, emoji, images, the audit log.

alter table users
  add column status_expires_at timestamptz,         -- when status_text and status_emoji are cleared; null: never
  add column preferences jsonb not null default '{}';   -- what differs from the defaults of UserPreferences
create index users_status_expires_at_idx on users (status_expires_at) where status_expires_at is not null;

alter table account_audit drop constraint account_audit_action_check;
alter table account_audit add constraint account_audit_action_check check (action in (
  'registered', 'signed_in', 'signed_out', 'session_revoked', 'all_sessions_revoked', 'refresh_token_reused', 'deactivated', 'reactivated'));

-- A workspace -----------------------------------------------------------------------------------------------------------

alter table workspaces
  add column settings jsonb not null default '{}',  -- what differs from the defaults of WorkspaceSettings
  add column deleted_at timestamptz;                -- hidden from everybody from then on; its content is removed in the background
create index workspaces_deleted_idx on workspaces (id) where deleted_at is not null;

alter table workspace_members
  add column deactivated_by uuid references users,  -- of a deactivated member; null: left by themselves, and may come back by an invite
  add column single_channel boolean not null default false,       -- a guest of one channel alone
  add column kept_channel_ids uuid[] not null default '{}',       -- where a deactivated member was: reactivation puts them back
  add check (deactivated_at is not null or deactivated_by is null),
  add check (role = 'guest' or not single_channel);
create index workspace_members_owners_idx on workspace_members (workspace_id) where role = 'owner' and deactivated_at is null;
-- Who is told of somebody: the guests of a workspace, who are few, and the workspaces that somebody was in.
create index workspace_members_guests_idx on workspace_members (workspace_id, user_id) where role = 'guest' and deactivated_at is null;
create index workspace_members_former_idx on workspace_members (user_id) where deactivated_at is not null;
create index workspace_members_kept_idx on workspace_members using gin (kept_channel_ids) where deactivated_at is not null;

alter table workspace_invites
  add column single_channel boolean not null default false,
  add check (role = 'guest' or not single_channel);
create index workspace_invites_created_by_idx on workspace_invites (workspace_id, created_by, id) where revoked_at is null;

-- Administrative acts, each bound to the one before it by its hash: removing or altering one shows.
create table workspace_audit (
  workspace_id uuid not null references workspaces on delete cascade,
  number bigint not null check (number > 0),        -- 1, 2, 3 … without holes
  action text not null,
  actor_id uuid,                                    -- no reference: an entry outlives everything; null: the operator or the system
  target_id text,                                   -- of what the action was done to
  details text not null default '{}',               -- JSON, exactly as it was hashed; never the words of a message
  request_id text,
  created_at timestamptz not null,
  previous_hash bytea not null,
  hash bytea not null,                              -- SHA-256 over previous_hash and all of the above
  primary key (workspace_id, number)
);
create index workspace_audit_actor_id_idx on workspace_audit (workspace_id, actor_id, number);
create index workspace_audit_action_idx on workspace_audit (workspace_id, action, number);

-- Groups, emoji, images -------------------------------------------------------------------------------------------------

create table user_groups (
  id uuid primary key,
  workspace_id uuid not null references workspaces on delete cascade,
  handle text not null check (handle = lower(handle) and char_length(handle) between 1 and 32),  -- apart from every username, too
  name text not null check (char_length(name) between 1 and 80),
  description text check (char_length(description) <= 250),
  created_by uuid not null references users,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (workspace_id, handle)
);
create table user_group_members (
  group_id uuid not null references user_groups on delete cascade,
  user_id uuid not null references users,
  added_at timestamptz not null default now(),
  primary key (group_id, user_id)
);
create index user_group_members_user_id_idx on user_group_members (user_id);
-- A group's members include those of its subgroups, theirs included.
create table user_group_subgroups (
  group_id uuid not null references user_groups on delete cascade,
  subgroup_id uuid not null references user_groups on delete cascade,
  primary key (group_id, subgroup_id),
  check (group_id <> subgroup_id)
);
create index user_group_subgroups_subgroup_id_idx on user_group_subgroups (subgroup_id);

-- Small pictures that everybody may fetch who knows the name: avatars, icons and emoji, encoded anew by us.
create table images (
  name text primary key,                            -- 128 random bits: the URL is the permission
  content_type text not null,
  bytes bytea not null,
  width integer not null,
  height integer not null,
  uploaded_by uuid references users,
  created_at timestamptz not null default now()
);
alter table images alter column bytes set storage external;   -- compressed already
-- Each is used in one place: a replaced one is deleted. (Indexes: for the check of that deletion.)
alter table users add column avatar_image text references images;         -- what avatar_url shows; null: none, or one from elsewhere
create index users_avatar_image_idx on users (avatar_image) where avatar_image is not null;
alter table workspaces add column icon_image text references images;
create index workspaces_icon_image_idx on workspaces (icon_image) where icon_image is not null;

create table custom_emoji (
  workspace_id uuid not null references workspaces on delete cascade,
  name text collate "C" not null check (name ~ '^[a-z0-9][a-z0-9_+-]{0,99}$'),
  image_name text not null references images,
  created_by uuid not null references users,
  created_at timestamptz not null default now(),
  primary key (workspace_id, name)
);
create index custom_emoji_image_name_idx on custom_emoji (image_name);

-- Channels --------------------------------------------------------------------------------------------------------------

alter table channels
  add column posting text not null default 'everyone' check (posting in ('everyone', 'managers')),  -- managers: read-only for the others
  add column dm_key text,                           -- the sorted ids of a direct message's people: one conversation for one set
  add column deleted_at timestamptz,                -- hidden from everybody from then on; its content is removed in the background
  add column purged_at timestamptz,                 -- when that was done
  add check ((kind in ('dm', 'group_dm')) = (dm_key is not null));
-- An archived channel keeps its name reserved, a deleted one does not.
drop index channels_name_key;
create unique index channels_name_key on channels (workspace_id, lower(name)) where name is not null and deleted_at is null;
create unique index channels_dm_key on channels (workspace_id, dm_key) where dm_key is not null and deleted_at is null;
create index channels_default_idx on channels (workspace_id) where is_default;
create index channels_purge_idx on channels (deleted_at) where deleted_at is not null and purged_at is null;

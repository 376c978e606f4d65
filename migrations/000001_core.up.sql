-- Accounts, workspaces, channels, messages and the log. Times are UTC; ids are UUIDv7, made by the application.

-- Accounts -----------------------------------------------------------------------------------------------------------

create table users (
  id uuid primary key,
  email text,                                     -- null: came with an import and cannot sign in
  username text not null check (username = lower(username) and char_length(username) between 1 and 32),
  display_name text not null check (char_length(display_name) between 1 and 80),
  avatar_url text,
  status text not null default 'active' check (status in ('active', 'deactivated')),
  status_text text check (char_length(status_text) <= 100),
  status_emoji text check (char_length(status_emoji) <= 100),
  timezone text not null default 'UTC',
  locale text not null default 'en',
  is_bot boolean not null default false,
  password_hash text,                             -- argon2id, PHC string; null: no sign-in by password
  auth_version integer not null default 1,        -- raised by whatever ends or narrows all of an account's sessions
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
-- Reserved for good, also after deactivation: an old mention or invite never points at somebody else.
create unique index users_email_key on users (lower(email));
create unique index users_username_key on users (username);

create table sessions (
  id uuid primary key,                            -- the `sid` of access tokens
  user_id uuid not null references users on delete cascade,
  user_agent text,
  ip inet,
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index sessions_user_id_idx on sessions (user_id) where revoked_at is null;
create index sessions_expires_at_idx on sessions (expires_at);

create table refresh_tokens (
  token_hash bytea primary key,                   -- SHA-256 of 256 random bits: nothing to stretch
  session_id uuid not null references sessions on delete cascade,   -- the family: all of it dies by session
  parent_hash bytea references refresh_tokens on delete cascade,
  created_at timestamptz not null default now(),
  used_at timestamptz                             -- when it was first exchanged for a successor
);
create index refresh_tokens_session_id_idx on refresh_tokens (session_id);
create index refresh_tokens_parent_hash_idx on refresh_tokens (parent_hash);

-- Workspaces ---------------------------------------------------------------------------------------------------------

create table workspaces (
  id uuid primary key,
  name text not null check (char_length(name) between 1 and 80),
  slug text not null check (slug ~ '^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$'),
  description text check (char_length(description) <= 250),
  icon_url text,
  owner_id uuid not null references users,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index workspaces_slug_key on workspaces (slug);

create table workspace_members (
  workspace_id uuid not null references workspaces on delete cascade,
  user_id uuid not null references users,
  role text not null check (role in ('owner', 'admin', 'member', 'guest')),
  joined_at timestamptz not null default now(),
  deactivated_at timestamptz,
  primary key (workspace_id, user_id)
);
create index workspace_members_user_id_idx on workspace_members (user_id) where deactivated_at is null;

create table workspace_invites (
  id uuid primary key,
  workspace_id uuid not null references workspaces on delete cascade,
  token_hash bytea not null unique,               -- SHA-256 of the token, which is shown once
  role text not null check (role in ('admin', 'member', 'guest')),
  email text,
  channel_ids uuid[] not null default '{}',
  max_uses integer not null check (max_uses between 1 and 10000),
  use_count integer not null default 0 check (use_count between 0 and max_uses),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  created_by uuid not null references users,
  created_at timestamptz not null default now()
);
create index workspace_invites_workspace_id_idx on workspace_invites (workspace_id, id);

-- Channels -----------------------------------------------------------------------------------------------------------

create table channels (
  id uuid primary key,
  workspace_id uuid not null references workspaces on delete cascade,
  kind text not null check (kind in ('public', 'private', 'dm', 'group_dm')),
  name text check (char_length(name) between 1 and 80),
  topic text check (char_length(topic) <= 250),
  description text check (char_length(description) <= 250),
  is_default boolean not null default false,      -- every full member is in it: `general`
  created_by uuid not null references users,
  member_count integer not null default 0 check (member_count >= 0),   -- changed under the channel's head lock alone
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((kind in ('public', 'private')) = (name is not null))
);
-- An archived channel keeps its name reserved.
create unique index channels_name_key on channels (workspace_id, lower(name)) where name is not null;
create index channels_workspace_id_idx on channels (workspace_id, id);

-- Membership as intervals of the channel's own order, never deleted: delivery, replay and "unread starts at join" read it.
create table channel_members (
  channel_id uuid not null references channels on delete cascade,
  user_id uuid not null references users,
  workspace_id uuid not null,
  role text not null default 'member' check (role in ('manager', 'member')),
  from_seq bigint not null,                       -- of its member_joined
  to_seq bigint check (to_seq > from_seq),        -- of its member_left; null: a member now
  joined_at timestamptz not null default now(),
  primary key (channel_id, user_id, from_seq)
);
create unique index channel_members_current_key on channel_members (channel_id, user_id) where to_seq is null;
create index channel_members_user_id_idx on channel_members (user_id, workspace_id) include (channel_id) where to_seq is null;
create index channel_members_past_idx on channel_members (user_id, workspace_id) where to_seq is not null;

-- What a user keeps about a channel also after leaving it.
create table channel_user_states (
  channel_id uuid not null references channels on delete cascade,
  user_id uuid not null references users,
  last_read_seq bigint not null default 0,
  muted boolean not null default false,
  notify text not null default 'default' check (notify in ('default', 'all', 'mentions', 'none')),
  starred boolean not null default false,
  primary key (channel_id, user_id)
) with (fillfactor = 80);                         -- every post moves its author's mark: room for HOT updates

-- Messages -----------------------------------------------------------------------------------------------------------

create table messages (
  id uuid primary key,
  workspace_id uuid not null,
  channel_id uuid not null references channels on delete cascade,
  user_id uuid not null references users,
  content text not null,
  thread_id uuid references messages,             -- the root; one level only
  seq bigint not null,                            -- its place in the channel, for ever
  change_seq bigint not null,                     -- its latest change
  client_msg_id text check (char_length(client_msg_id) between 1 and 100),
  body_hash bytea,                                -- SHA-256 of the body as first sent: tells a retry from another message
  kind text not null default 'user' check (kind in ('user', 'bot', 'system')),
  also_in_channel boolean not null default false,
  mention_user_ids uuid[] not null default '{}',
  mention_channel text check (mention_channel in ('here', 'channel', 'everyone')),
  reply_count integer not null default 0 check (reply_count >= 0),
  reply_user_ids uuid[] not null default '{}',    -- the first ten who replied
  last_reply_at timestamptz,
  pinned boolean not null default false,
  edited_at timestamptz,
  deleted_at timestamptz,
  created_at timestamptz not null,
  check (thread_id is null or reply_count = 0),
  check (deleted_at is null or content = ''),
  unique (channel_id, seq)
) with (fillfactor = 90);
create unique index messages_client_msg_id_key on messages (user_id, client_msg_id) where client_msg_id is not null;
create index messages_history_idx on messages (channel_id, seq) where thread_id is null or also_in_channel;
create index messages_thread_idx on messages (thread_id, seq) where thread_id is not null;
create index messages_changes_idx on messages (channel_id, change_seq);

create table message_revisions (
  message_id uuid not null references messages on delete cascade,
  change_seq bigint not null,                     -- of the change that replaced this text
  content text not null,
  editor_id uuid not null references users,
  created_at timestamptz not null default now(),  -- when it was replaced
  primary key (message_id, change_seq)
);

create table reactions (
  message_id uuid not null references messages on delete cascade,
  emoji text not null check (char_length(emoji) between 1 and 100),
  user_id uuid not null references users,
  created_at timestamptz not null default now(),
  primary key (message_id, emoji, user_id)
);

-- The log ------------------------------------------------------------------------------------------------------------

-- One row a channel: its lock, and the last seq given.
create table stream_heads (
  stream_key text primary key,
  seq bigint not null,
  last_message_at timestamptz
) with (fillfactor = 50);

create table events (
  shard smallint not null,
  pos bigint not null,                            -- gapless in its shard, in commit order: taken last before COMMIT, under the shard's lock
  stream_key text not null,
  seq bigint,                                     -- of channels' streams
  workspace_id uuid,
  audience text not null default 'all' check (audience in ('all', 'members', 'admins')),
  type text not null,
  message_id uuid,
  payload text not null,                          -- the frame's data, exactly as it goes out
  actor_id uuid,
  request_id text,
  imported boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (shard, pos),
  unique (stream_key, seq)
);
create index events_stream_key_pos_idx on events (stream_key, pos);
create index events_message_id_idx on events (message_id) where message_id is not null;

-- One row: which life of the log this is. Cursors and Redis keys carry the epoch; a restore draws a new one.
create table log_epoch (
  only_row boolean primary key default true check (only_row),
  epoch text not null,
  system_identifier text not null,
  timeline text not null
);
insert into log_epoch (epoch, system_identifier, timeline)
select substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
       (select system_identifier::text from pg_control_system()),
       substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8);

-- What imports have made: so that one may be run again, or go on where it was stopped.

-- Whom or what of the other system one of ours stands for. Messages need none: their ids follow from where they came from.
create table import_refs (
  workspace_id uuid not null references workspaces on delete cascade,
  source text not null check (source in ('slack')),
  kind text not null check (kind in ('user', 'bot', 'channel')),
  external_id text not null check (char_length(external_id) between 1 and 100),
  local_id uuid not null,                         -- a user, bots too, or a channel
  primary key (workspace_id, source, kind, external_id)
);

-- How far the filling of a channel has come; changed with what is filled in, in one transaction, under the channel's head lock.
create table import_channels (
  channel_id uuid primary key references channels on delete cascade,
  fingerprint bytea not null,                     -- SHA-256 over names, sizes and checksums of the files that it is filled from
  last_us bigint not null default -1,             -- original time of the newest message stored, in µs: all up to it are in
  message_count integer not null default 0,
  started_at timestamptz not null default now(),
  finished_at timestamptz
);

-- What people say, and what each of them keeps about it.

alter table messages
  add column system jsonb,                          -- of kind `system`: what happened, for clients that say it in their own words
  add column mention_group_ids uuid[] not null default '{}',
  add column quoted_message_ids uuid[] not null default '{}',     -- messages whose permalinks are in the text; shown only to who may read them
  add column previews jsonb not null default '[]',  -- of the links in the text, as clients get them
  add column pinned_at timestamptz,
  add column pinned_by uuid references users,
  add column locked_at timestamptz,                 -- of a root: no more replies and reactions
  add check (kind = 'system' or system is null),
  add check ((pinned_at is null) = (pinned_by is null)),
  add check (locked_at is null or thread_id is null);
update messages set pinned_at = date_trunc('milliseconds', created_at), pinned_by = user_id where pinned;
alter table messages drop column pinned;
create index messages_pins_idx on messages (channel_id, pinned_at desc, id) where pinned_at is not null;

-- Who was mentioned when it was said, one row a person: groups expanded, the author left out, `@here` as those who were active.
-- What counts as a mention is frozen here; an edit or a deletion takes away.
create table message_mentions (
  channel_id uuid not null,
  user_id uuid not null,
  seq bigint not null,                              -- of the message
  message_id uuid not null references messages on delete cascade,
  thread_id uuid,
  in_channel boolean not null,                      -- counts for the channel; false: for its thread alone
  direct boolean not null,                          -- by name, by a group's, or by being added; false: `@here`, which a muted channel does not count
  primary key (channel_id, user_id, seq)
);
create index message_mentions_message_id_idx on message_mentions (message_id);
create index message_mentions_thread_idx on message_mentions (thread_id, user_id, seq) where thread_id is not null;

insert into message_mentions (channel_id, user_id, seq, message_id, thread_id, in_channel, direct)
select m.channel_id, u.id, m.seq, m.id, m.thread_id, m.thread_id is null or m.also_in_channel, true
from messages m cross join lateral (select distinct id from unnest(m.mention_user_ids) as mentioned(id)) u
where m.deleted_at is null and u.id <> m.user_id;

-- The few messages that mention everybody; one who was mentioned by name has a row of their own above.
drop index messages_mentions_idx;
create index messages_broadcasts_idx on messages (channel_id, seq) where mention_channel in ('channel', 'everyone');

-- Who follows a thread, and how far they have read it.
create table thread_subscriptions (
  root_id uuid not null references messages on delete cascade,
  user_id uuid not null references users,
  workspace_id uuid not null,
  channel_id uuid not null,
  following boolean not null,                       -- false: unfollowed by hand; only a new mention brings it back
  last_read_seq bigint not null default 0,
  primary key (root_id, user_id)
) with (fillfactor = 80);
create index thread_subscriptions_user_id_idx on thread_subscriptions (user_id, workspace_id) where following;

-- Those who wrote in a thread before this follow it from now on, and have read what there is.
insert into thread_subscriptions (root_id, user_id, workspace_id, channel_id, following, last_read_seq)
select distinct on (r.id, p.user_id) r.id, p.user_id, r.workspace_id, r.channel_id, true, h.seq
from messages r
join lateral (select r.user_id union select x.user_id from messages x where x.thread_id = r.id and x.deleted_at is null) p on true
join stream_heads h on h.stream_key = 'c:' || r.channel_id
where r.reply_count > 0;

create table saved_messages (
  user_id uuid not null references users,
  message_id uuid not null references messages on delete cascade,
  workspace_id uuid not null,
  channel_id uuid not null,
  saved_at timestamptz not null default now(),
  primary key (user_id, message_id)
);
create index saved_messages_listing_idx on saved_messages (user_id, saved_at desc, message_id);
create index saved_messages_message_id_idx on saved_messages (message_id);

-- One draft a person and place: a channel, or a thread in it.
create table drafts (
  id uuid primary key,
  user_id uuid not null references users,
  workspace_id uuid not null,
  channel_id uuid not null references channels on delete cascade,
  thread_id uuid references messages on delete cascade,
  content text not null,
  version bigint not null,                          -- rises with each save, and over the end of a draft: who saves names the one they started from
  updated_at timestamptz not null default now(),
  unique nulls not distinct (user_id, channel_id, thread_id)
);
create index drafts_user_id_idx on drafts (user_id, workspace_id);
create index drafts_thread_id_idx on drafts (thread_id) where thread_id is not null;
create index drafts_channel_id_idx on drafts (channel_id);

-- The order of reactions as every client saw them come: emoji by when the first of its group came, people by when they reacted.
-- Zero: came with an import, before all others.
alter table reactions
  add column seq bigint not null default 0,        -- of its reaction_added
  add column emoji_seq bigint not null default 0;  -- that of the group's first, and of all who join it: its place stays when the first one leaves

-- What the history shows, and nothing else: a thousand deleted messages in a row cost its reader nothing.
drop index messages_history_idx;
create index messages_history_idx on messages (channel_id, seq)
  where (thread_id is null or also_in_channel) and (deleted_at is null or reply_count > 0);

drop table drafts;
drop table saved_messages;
drop table thread_subscriptions;
drop index messages_broadcasts_idx;
create index messages_mentions_idx on messages (channel_id, seq) where mention_channel is not null or mention_user_ids <> '{}';
drop table message_mentions;
alter table messages add column pinned boolean not null default false;
update messages set pinned = true where pinned_at is not null;
alter table messages
  drop column locked_at, drop column pinned_by, drop column pinned_at, drop column previews, drop column quoted_message_ids,
  drop column mention_group_ids, drop column system;

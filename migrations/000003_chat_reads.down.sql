drop index messages_history_idx;
create index messages_history_idx on messages (channel_id, seq) where thread_id is null or also_in_channel;
alter table reactions drop column seq, drop column emoji_seq;

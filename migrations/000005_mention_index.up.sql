-- The few messages of a channel that mention anybody, so that the mentions among 50,000 unread messages are counted
-- without reading the 50,000.
create index messages_mentions_idx on messages (channel_id, seq) where mention_channel is not null or mention_user_ids <> '{}';

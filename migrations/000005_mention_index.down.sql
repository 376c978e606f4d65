drop index messages_mentions_idx;

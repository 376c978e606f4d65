drop table log_epoch, events, stream_heads;
drop table reactions, message_revisions, messages;
drop table channel_user_states, channel_members, channels;
drop table workspace_invites, workspace_members, workspaces;
drop table refresh_tokens, sessions, users;

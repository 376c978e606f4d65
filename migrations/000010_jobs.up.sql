-- What is done later, and by whom. The rows are the truth; queues hold copies that may be lost.

create table scheduled_messages (
  id uuid primary key,
  workspace_id uuid not null references workspaces on delete cascade,
  channel_id uuid not null references channels on delete cascade,
  user_id uuid not null references users,
  content text not null,                            -- empty once it was sent: the words are the message's, and may be deleted with it
  thread_id uuid references messages on delete cascade,
  also_in_channel boolean not null default false,
  send_at timestamptz not null,
  status text not null default 'pending' check (status in ('pending', 'sent', 'failed', 'cancelled')),
  claimed_at timestamptz,                           -- when a worker began to send it: from then on it is neither edited nor cancelled
  failure_code text,                                -- of what sending it was refused with
  message_id uuid,                                  -- what it became
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index scheduled_messages_due_idx on scheduled_messages (send_at) where status = 'pending';
create index scheduled_messages_user_id_idx on scheduled_messages (user_id, workspace_id, id);
create index scheduled_messages_status_idx on scheduled_messages (user_id, workspace_id, status, id);
create index scheduled_messages_channel_id_idx on scheduled_messages (channel_id, send_at) where status = 'pending';
create index scheduled_messages_thread_id_idx on scheduled_messages (thread_id) where thread_id is not null;
create index scheduled_messages_done_idx on scheduled_messages (updated_at) where status <> 'pending';

create table reminders (
  id uuid primary key,
  workspace_id uuid not null references workspaces on delete cascade,
  user_id uuid not null references users,
  message_id uuid references messages on delete set null,   -- what to be reminded of, if it is a message
  content text,
  remind_at timestamptz not null,
  status text not null default 'pending' check (status in ('pending', 'fired', 'completed', 'cancelled')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index reminders_due_idx on reminders (remind_at) where status = 'pending';
create index reminders_user_id_idx on reminders (user_id, workspace_id, id);
create index reminders_status_idx on reminders (user_id, workspace_id, status, id);
create index reminders_message_id_idx on reminders (message_id) where message_id is not null;
create index reminders_done_idx on reminders (updated_at) where status in ('completed', 'cancelled');

-- How far each consumer of the log has come. Held by one worker at a time, by lease.
create table log_consumers (
  consumer text not null,
  shard smallint not null,
  epoch text not null,
  pos bigint not null,
  lease_owner text,
  lease_until timestamptz,
  primary key (consumer, shard)
);

-- First answers to requests with an `Idempotency-Key`, written in the transaction of the change itself.
create table idempotency_keys (
  user_id uuid not null references users on delete cascade,
  key text not null check (char_length(key) between 1 and 255),
  fingerprint bytea not null,                       -- SHA-256 of method, path and body: the same key for another request is a mistake
  answer text,                                      -- JSON of what the use case answered; null: nothing
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
create index idempotency_keys_created_at_idx on idempotency_keys (created_at);

-- First answers to requests with an `Idempotency-Key`, written in the transaction of the change itself.
create table idempotency_keys (
  user_id uuid not null references users on delete cascade,
  key_hash bytea not null,                          -- SHA-256 of the key
  fingerprint bytea not null,                       -- SHA-256 of the request: the same key for another one is a mistake
  answer bytea,                                     -- what the use case answered, encrypted by the key, which only the client has: an answer may hold a secret
  created_at timestamptz not null default now(),
  primary key (user_id, key_hash)
);
create index idempotency_keys_created_at_idx on idempotency_keys (created_at);

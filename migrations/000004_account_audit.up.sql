-- What happened to an account: written in the transaction of the change itself, never changed, shown to nobody by the API.
create table account_audit (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  session_id uuid,                                -- no reference: an entry outlives its session
  action text not null check (action in ('registered', 'signed_in', 'signed_out', 'session_revoked', 'all_sessions_revoked', 'refresh_token_reused')),
  ip inet,
  user_agent text,
  request_id text,
  created_at timestamptz not null default now()
);
create index account_audit_user_id_idx on account_audit (user_id, id);

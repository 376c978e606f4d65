-- Invites for an address are mailed. The row is the truth; a job that is lost is asked for again.

alter table workspace_invites
  add column mail_status text check (mail_status in ('pending', 'sent', 'needless', 'failed')),  -- null: none is sent
  add column mail_due_at timestamptz,               -- when it is to be tried; put off by each try, before it
  add column mail_settled_at timestamptz,
  add column mail_failure_code text,                -- why it was given up
  add check (mail_status is null or email is not null),
  add check ((mail_due_at is not null) = (mail_status is not distinct from 'pending')),
  add check ((mail_failure_code is not null) = (mail_status is not distinct from 'failed'));
create index workspace_invites_mail_due_idx on workspace_invites (mail_due_at) where mail_status = 'pending';

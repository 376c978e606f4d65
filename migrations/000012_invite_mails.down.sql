alter table workspace_invites
  drop column mail_failure_code,
  drop column mail_settled_at,
  drop column mail_due_at,
  drop column mail_status;

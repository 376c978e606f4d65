drop table account_audit;

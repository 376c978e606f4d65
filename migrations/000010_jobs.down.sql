drop table log_consumers;
drop table reminders;
drop table scheduled_messages;

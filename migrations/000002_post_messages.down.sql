drop function post_messages(smallint, boolean, jsonb);
drop type judged_post;

-- Back to what it was.

drop function post_messages(smallint, boolean, jsonb);
drop function consume_draft(judged_post);
drop function reply_to_thread(judged_post, timestamptz, text);
drop function note_mentions(judged_post);
drop function judge_posts(jsonb, text[]);
drop type judged_post;
drop type following_event;

-- A draft after it was judged.
create type judged_post as (
  ord integer,                  -- its place in the batch, from 1
  verdict text,
  id uuid, workspace_id uuid, channel_id uuid, user_id uuid, content text, client_msg_id text, body_hash bytea, kind text,
  also_in_channel boolean, mention_user_ids uuid[], mention_channel text, request_id text,
  payload text,                 -- the event's payload, without what is known only here and without its closing brace
  thread_id uuid,               -- the root, also where the reply named another reply
  seq bigint,
  reply_payload text            -- of its thread_updated event
);

/*
 * Posts a batch of drafts of one shard, and returns one row a draft, in order. A draft that fails its check does not
 * fail its neighbours. Drafts with the same author and client_msg_id must have been merged by the caller.
 *
 * p_shard   the shard of all the drafts' workspaces
 * p_wait    whether to wait for channels that another transaction holds; otherwise their drafts come back as `busy`
 * p_drafts  a JSON array of objects with the fields read below; `payload` is a JSON object without its closing brace
 *
 * Verdicts: posted | duplicate (message_id: the message that is there) | busy | channel_not_found | not_in_channel |
 * channel_archived | thread_not_found | idempotency_conflict.
 *
 * It is VOLATILE, so that each statement has a snapshot of its own: what a draft is judged by is read after its
 * channel's head is locked. Plans are fixed to index look-ups: they are made once a connection, perhaps when a table
 * was nearly empty, and a scan of all of it chosen then would be kept when it has grown (seen: all memberships of an
 * installation read for every post, until its first ANALYZE).
 */
create function post_messages(p_shard smallint, p_wait boolean, p_drafts jsonb)
returns table (ord integer, verdict text, message_id uuid, thread_id uuid, seq bigint, pos bigint, created_at text, reply_pos bigint, reply_payload text)
language plpgsql volatile
set enable_seqscan = off set enable_bitmapscan = off set enable_material = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
as $$
#variable_conflict use_column
declare
  v_now constant timestamptz := date_trunc('milliseconds', clock_timestamp());
  v_time constant text := to_char(v_now at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  v_keys text[];
  v_held text[];
  v_posts judged_post[];
  v_post judged_post;
  v_reply text;
  v_base bigint;
begin
  select array_agg(distinct 'c:' || (draft ->> 'channel_id')) into v_keys from jsonb_array_elements(p_drafts) draft;

  -- The lock of a channel is its stream head. One order for all; `order by` in a subquery of its own, because an
  -- aggregate beside `for update` is not allowed.
  if p_wait then
    select array_agg(stream_key) into v_held from (
      select stream_key from stream_heads where stream_key = any (v_keys) order by stream_key collate "C" for update) held;
  else
    select array_agg(stream_key) into v_held from (
      select stream_key from stream_heads where stream_key = any (v_keys) order by stream_key collate "C" for update skip locked) held;
  end if;

  -- A later statement than the locking one: under READ COMMITTED that one still sees what was before it waited.
  select array_agg(numbered.post order by numbered.ord) into v_posts from (
    select judged.ord,
           (judged.ord, judged.verdict, judged.id, judged.workspace_id, judged.channel_id, judged.user_id, judged.content, judged.client_msg_id,
            judged.body_hash, judged.kind, judged.also_in_channel, judged.mention_user_ids, judged.mention_channel, judged.request_id,
            judged.payload, judged.root_id,
            -- A reply takes two seqs: its own, and that of its thread_updated.
            judged.head_seq - case when judged.root_id is null then 0 else 1 end
              + sum(case when judged.root_id is null then 1 else 2 end)
                over (partition by judged.channel_id, judged.verdict order by judged.ord rows unbounded preceding),
            null)::judged_post as post
    from (
      select d.ord,
             case
               when channel.id is null or (membership.user_id is null and not (channel.kind = 'public' and member.role <> 'guest')) then 'channel_not_found'
               when member.user_id is null then 'channel_not_found'
               when not head.stream_key = any (coalesce(v_held, '{}')) then 'busy'
               when earlier.id is not null then
                 case when earlier.body_hash = decode(d.body_hash, 'hex') then 'duplicate' else 'idempotency_conflict' end
               when membership.user_id is null then 'not_in_channel'
               when channel.archived_at is not null then 'channel_archived'
               when d.thread_id is not null and (root.id is null or root.channel_id <> d.channel_id) then 'thread_not_found'
               else 'posted'
             end as verdict,
             case when earlier.id is not null then earlier.id else d.id end as id,
             channel.workspace_id, d.channel_id, d.user_id, d.content, d.client_msg_id, decode(d.body_hash, 'hex') as body_hash, d.kind,
             d.also_in_channel, array(select jsonb_array_elements_text(d.mention_user_ids)::uuid) as mention_user_ids, d.mention_channel,
             d.request_id, d.payload, root.id as root_id, head.seq as head_seq
      from jsonb_to_recordset(p_drafts) as d(
             ord integer, id uuid, channel_id uuid, user_id uuid, content text, thread_id uuid, client_msg_id text, body_hash text, kind text,
             also_in_channel boolean, mention_user_ids jsonb, mention_channel text, request_id text, payload text)
      left join channels channel on channel.id = d.channel_id
      left join stream_heads head on head.stream_key = 'c:' || d.channel_id
      -- `offset 0`: joined as such, the planner may take all members of the workspace and filter, while it thinks that they are few.
      left join lateral (
        select m.user_id, m.role from workspace_members m
        where m.workspace_id = channel.workspace_id and m.user_id = d.user_id and m.deactivated_at is null offset 0) member on true
      left join channel_members membership
        on membership.channel_id = d.channel_id and membership.user_id = d.user_id and membership.to_seq is null
      left join messages earlier on earlier.user_id = d.user_id and earlier.client_msg_id = d.client_msg_id
      -- Their channel is compared above and not here, where it would invite a walk through all messages of the channel.
      left join messages named on named.id = d.thread_id
      left join messages root on root.id = coalesce(named.thread_id, named.id) and root.deleted_at is null
    ) judged
  ) numbered;

  insert into messages (id, workspace_id, channel_id, user_id, content, thread_id, seq, change_seq, client_msg_id, body_hash, kind,
                        also_in_channel, mention_user_ids, mention_channel, created_at)
  select p.id, p.workspace_id, p.channel_id, p.user_id, p.content, p.thread_id, p.seq, p.seq, p.client_msg_id, p.body_hash, p.kind,
         p.also_in_channel, p.mention_user_ids, p.mention_channel, v_now
  from unnest(v_posts) p where p.verdict = 'posted';

  if not found then
    return query select p.ord, p.verdict, p.id, null::uuid, null::bigint, null::bigint, null::text, null::bigint, null::text
                 from unnest(v_posts) p order by p.ord;
    return;
  end if;

  -- One after the other: several replies of a batch may have the same root.
  foreach v_post in array v_posts loop
    if v_post.verdict = 'posted' and v_post.thread_id is not null then
      update messages root set
        reply_count = root.reply_count + 1,
        reply_user_ids = case when v_post.user_id = any (root.reply_user_ids) or cardinality(root.reply_user_ids) >= 10
                              then root.reply_user_ids else root.reply_user_ids || v_post.user_id end,
        last_reply_at = v_now,
        change_seq = v_post.seq + 1
      where root.id = v_post.thread_id
      returning jsonb_build_object('id', root.id, 'channel_id', root.channel_id, 'reply_count', root.reply_count,
                                   'reply_user_ids', root.reply_user_ids, 'last_reply_at', v_time, 'change_seq', root.change_seq)::text
      into v_reply;
      v_posts[v_post.ord].reply_payload := v_reply;
    end if;
  end loop;

  update stream_heads head set seq = last.seq, last_message_at = v_now
  from (select 'c:' || p.channel_id as stream_key, max(p.seq + case when p.thread_id is null then 0 else 1 end) as seq
        from unnest(v_posts) p where p.verdict = 'posted' group by 1) last
  where head.stream_key = last.stream_key;

  -- Who writes has read: the author's own mark moves with the message, without an event.
  insert into channel_user_states as state (channel_id, user_id, last_read_seq)
  select p.channel_id, p.user_id, max(p.seq) from unnest(v_posts) p
  where p.verdict = 'posted' and p.kind = 'user' and (p.thread_id is null or p.also_in_channel) group by 1, 2
  on conflict (channel_id, user_id) do update set last_read_seq = excluded.last_read_seq where state.last_read_seq < excluded.last_read_seq;

  -- Last: from here on the shard's writers wait for this commit. 7106407 is LOG_LOCK of packages/database.
  perform pg_advisory_xact_lock(7106407, p_shard);
  select coalesce(max(pos), 0) into v_base from events where shard = p_shard;
  return query
    with placed as (
      select p.*, v_base + sum(p.events) over (order by p.ord rows unbounded preceding) - p.events + 1 as pos
      from (select u.*, case when u.verdict <> 'posted' then 0 when u.thread_id is null then 1 else 2 end as events from unnest(v_posts) u) p
    ), stored as (
      insert into events (shard, pos, stream_key, seq, workspace_id, type, message_id, payload, actor_id, request_id)
      select p_shard, p.pos + part, 'c:' || p.channel_id, p.seq + part, p.workspace_id,
             case part when 0 then 'message_sent' else 'thread_updated' end,
             case part when 0 then p.id end,
             case part
               when 0 then p.payload || ',"thread_id":' || coalesce('"' || p.thread_id || '"', 'null')
                 || ',"seq":' || p.seq || ',"change_seq":' || p.seq || ',"created_at":"' || v_time || '"}'
               else p.reply_payload
             end,
             p.user_id, p.request_id
      from placed p cross join generate_series(0, p.events - 1) part
    )
    select p.ord, p.verdict, p.id, p.thread_id, p.seq, p.pos, v_time, case p.events when 2 then p.pos + 1 end, p.reply_payload
    from placed p order by p.ord;
end
$$;

-- Posting, anew: read-only channels, deactivated recipients, locked threads, mentions that count, followed threads, drafts.

drop function post_messages(smallint, boolean, jsonb);
drop type judged_post;

-- An event that comes right after a message's own.
create type following_event as (
  stream_key text,
  seq bigint,                   -- of a channel's stream
  type text,
  payload text
);

-- A draft after it was judged.
create type judged_post as (
  ord integer,                  -- its place in the batch, from 1
  verdict text,
  id uuid, workspace_id uuid, channel_id uuid, user_id uuid, content text, client_msg_id text, body_hash bytea, kind text,
  also_in_channel boolean, mention_user_ids uuid[], mention_group_ids uuid[], mention_channel text, quoted_message_ids uuid[],
  called_ids uuid[],            -- who is mentioned by name or by a group's, if they are in the channel
  active_ids uuid[],            -- who is mentioned by `@here`, if they are in the channel
  draft_id uuid, request_id text,
  payload text,                 -- the event's payload, without what is known only here and without its closing brace
  thread_id uuid,               -- the root, also where the reply named another reply
  seq bigint,
  is_direct boolean,            -- in a direct message, where everything is a mention
  more following_event[]        -- what else happens with it; null: nothing
);

/*
 * Says of each draft whether it is posted, and gives its seq. The checks come in the order of the permissions: what may
 * not be known, what is not allowed, what does not go now. Every row is found by an index.
 */
create function judge_posts(p_drafts jsonb, p_held text[]) returns judged_post[]
language plpgsql volatile
as $$
begin
  return (select array_agg(numbered.post order by numbered.ord) from (
    select judged.ord,
           (judged.ord, judged.verdict, judged.id, judged.workspace_id, judged.channel_id, judged.user_id, judged.content, judged.client_msg_id,
            judged.body_hash, judged.kind, judged.also_in_channel, judged.mention_user_ids, judged.mention_group_ids, judged.mention_channel,
            judged.quoted_message_ids, judged.called_ids, judged.active_ids, judged.draft_id, judged.request_id, judged.payload, judged.root_id,
            -- A reply takes two seqs: its own, and that of its thread_updated.
            judged.head_seq - case when judged.root_id is null then 0 else 1 end
              + sum(case when judged.root_id is null then 1 else 2 end)
                over (partition by judged.channel_id, judged.verdict order by judged.ord rows unbounded preceding),
            judged.is_direct, null)::judged_post as post
    from (
      select d.ord, d.channel_id, d.user_id, d.content, d.client_msg_id, decode(d.body_hash, 'hex') as body_hash, d.kind, d.also_in_channel,
             d.mention_user_ids, d.mention_group_ids, d.mention_channel, d.quoted_message_ids, d.called_ids, d.active_ids, d.draft_id, d.request_id,
             d.payload, coalesce(earlier.id, d.id) as id, channel.workspace_id, channel.kind in ('dm', 'group_dm') as is_direct, root.id as root_id,
             head.seq as head_seq,
             case
               when workspace.id is null or member.user_id is null then 'channel_not_found'
               when membership.user_id is null and (channel.kind <> 'public' or member.role = 'guest') then 'channel_not_found'
               when not head.stream_key = any (p_held) then 'busy'
               when earlier.id is not null then
                 case when earlier.body_hash = decode(d.body_hash, 'hex') then 'duplicate' else 'idempotency_conflict' end
               when membership.user_id is null then 'not_in_channel'
               when channel.posting = 'managers' and not (member.role in ('owner', 'admin') or member.role = 'member' and membership.role = 'manager')
                 then 'channel_read_only'
               when channel.archived_at is not null then 'channel_archived'
               when channel.kind = 'dm' and exists (
                 select from unnest(string_to_array(channel.dm_key, ',')) as person(id)
                 where person.id <> d.user_id::text and not exists (
                   select from workspace_members other join users on users.id = other.user_id
                   where other.workspace_id = channel.workspace_id and other.user_id = person.id::uuid
                     and other.deactivated_at is null and users.status = 'active')) then 'recipient_deactivated'
               when d.draft_id is not null and not exists (select from drafts where drafts.id = d.draft_id and drafts.user_id = d.user_id)
                 then 'draft_already_sent'
               when d.thread_id is not null and (root.id is null or root.channel_id <> d.channel_id) then 'thread_not_found'
               when root.locked_at is not null then 'thread_locked'
               else 'posted'
             end as verdict
      from jsonb_to_recordset(p_drafts) as d(
             ord integer, id uuid, channel_id uuid, user_id uuid, content text, thread_id uuid, client_msg_id text, body_hash text, kind text,
             also_in_channel boolean, mention_user_ids uuid[], mention_group_ids uuid[], mention_channel text, quoted_message_ids uuid[],
             called_ids uuid[], active_ids uuid[], draft_id uuid, request_id text, payload text)
      left join channels channel on channel.id = d.channel_id and channel.deleted_at is null
      left join workspaces workspace on workspace.id = channel.workspace_id and workspace.deleted_at is null
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
  ) numbered);
end
$$;

/* Whom a message mentions, of those in the channel: the rows that mentions count by. Never its author, unless a bot speaks for them. */
create function note_mentions(p_post judged_post) returns void
language plpgsql volatile
as $$
begin
  insert into message_mentions (channel_id, user_id, seq, message_id, thread_id, in_channel, direct)
  select p_post.channel_id, called.id, p_post.seq, p_post.id, p_post.thread_id, p_post.thread_id is null or p_post.also_in_channel, bool_or(called.direct)
  from (select id, true from unnest(p_post.called_ids) id union all select id, false from unnest(p_post.active_ids) id) as called(id, direct)
  join channel_members membership on membership.channel_id = p_post.channel_id and membership.user_id = called.id and membership.to_seq is null
  where (called.id <> p_post.user_id or p_post.kind = 'bot')
    -- `@here` in a thread is for those who follow it.
    and (called.direct or p_post.thread_id is null or p_post.also_in_channel
         or exists (select from thread_subscriptions s where s.root_id = p_post.thread_id and s.user_id = called.id and s.following))
  group by called.id;
end
$$;

/*
 * What a reply changes: its root counts it; its author has read the thread; whoever is mentioned by name, the author of
 * the root and that of the reply follow the thread from now on. Who has unfollowed it stays away until they are mentioned.
 * Called after `note_mentions`, and for one reply after the other: several of a batch may have the same root.
 */
create function reply_to_thread(p_post judged_post, p_now timestamptz, p_time text) returns following_event[]
language plpgsql volatile
as $$
declare
  v_root messages;
  v_events following_event[];
  v_followers following_event[];
begin
  update messages root set
    reply_count = root.reply_count + 1,
    reply_user_ids = case when p_post.user_id = any (root.reply_user_ids) or cardinality(root.reply_user_ids) >= 10
                          then root.reply_user_ids else root.reply_user_ids || p_post.user_id end,
    last_reply_at = p_now,
    change_seq = p_post.seq + 1
  where root.id = p_post.thread_id
  returning root.* into v_root;

  v_events := array[('c:' || v_root.channel_id, v_root.change_seq, 'thread_updated', jsonb_build_object(
    'id', v_root.id, 'channel_id', v_root.channel_id, 'reply_count', v_root.reply_count, 'reply_user_ids', v_root.reply_user_ids,
    'last_reply_at', p_time, 'locked', v_root.locked_at is not null, 'change_seq', v_root.change_seq)::text)::following_event];

  -- One's own reply moves one's mark without a word. With most replies that is all: everybody concerned follows already.
  if p_post.kind = 'user' then
    update thread_subscriptions s set last_read_seq = p_post.seq where s.root_id = v_root.id and s.user_id = p_post.user_id and s.following;
    if found and p_post.called_ids is null and (v_root.user_id = p_post.user_id
        or exists (select from thread_subscriptions s where s.root_id = v_root.id and s.user_id = v_root.user_id)) then
      return v_events;
    end if;
  end if;

  with called as (
    select user_id from message_mentions where message_id = p_post.id and direct
  ), concerned (user_id, last_read_seq) as (
    select p_post.user_id, p_post.seq where p_post.kind = 'user'
    union all
    select user_id, p_post.seq - 1 from called
    union all
    select v_root.user_id, p_post.seq - 1
    where v_root.kind = 'user' and v_root.user_id <> p_post.user_id
      and not exists (select from called where called.user_id = v_root.user_id)
      and not exists (select from thread_subscriptions s where s.root_id = v_root.id and s.user_id = v_root.user_id)
      and exists (select from channel_members m where m.channel_id = v_root.channel_id and m.user_id = v_root.user_id and m.to_seq is null)
  ), changed as (
    insert into thread_subscriptions as s (root_id, user_id, workspace_id, channel_id, following, last_read_seq)
    select v_root.id, user_id, v_root.workspace_id, v_root.channel_id, true, last_read_seq from concerned
    on conflict (root_id, user_id) do update
      set following = true, last_read_seq = greatest(s.last_read_seq, excluded.last_read_seq)
      -- A mention brings back who had unfollowed it; one's own reply does not.
      where not s.following and excluded.last_read_seq < p_post.seq
    returning s.user_id, s.last_read_seq
  ), news as (
    select c.user_id, c.last_read_seq,
           -- From here on they follow it, so this is all that can be unread; a reply that is in the channel too counts there.
           case when c.last_read_seq = p_post.seq or p_post.also_in_channel then 0 else 1 end as unread_count,
           coalesce(mention.direct, false) as is_called,
           not coalesce(kept.muted, false)
             and (p_post.is_direct or mention.user_id is not null or coalesce(p_post.mention_channel in ('channel', 'everyone'), false)) as is_mentioned
    from changed c
    left join message_mentions mention on mention.channel_id = p_post.channel_id and mention.user_id = c.user_id and mention.seq = p_post.seq
    left join channel_user_states kept on kept.channel_id = p_post.channel_id and kept.user_id = c.user_id
  )
  select array_agg(
    ('u:' || v_root.workspace_id || ':' || user_id, null, 'thread_subscription_updated', jsonb_build_object(
      'message_id', v_root.id, 'channel_id', v_root.channel_id, 'following', true, 'last_read_seq', last_read_seq, 'unread_count', unread_count,
      'mention_count', case when is_called or is_mentioned then unread_count else 0 end, 'as_of_seq', p_post.seq)::text)::following_event
    order by user_id)
  into v_followers from news;
  return v_events || v_followers;
end
$$;

/* The draft that a message was written as is gone with it. */
create function consume_draft(p_post judged_post) returns following_event
language sql volatile
as $$
  delete from drafts where drafts.id = p_post.draft_id
  returning ('u:' || workspace_id || ':' || user_id, null, 'draft_updated',
             jsonb_build_object('channel_id', channel_id, 'thread_id', thread_id, 'draft', null)::text)::following_event
$$;

/*
 * Posts a batch of drafts of one shard, and returns one row a draft, in order. A draft that fails its check does not
 * fail its neighbours. Drafts with the same author and client_msg_id must have been merged by the caller, and no two name
 * the same draft_id.
 *
 * p_shard   the shard of all the drafts' workspaces
 * p_wait    whether to wait for channels that another transaction holds; otherwise their drafts come back as `busy`
 * p_drafts  a JSON array of objects with the fields that judge_posts reads; `payload` is a JSON object without its closing brace
 *
 * Verdicts: posted | duplicate (message_id: the message that is there) | busy, and the codes of refusals: see judge_posts.
 * `pos` is that of the message's own event; those of `more` follow it one by one.
 *
 * It is VOLATILE, as all that it calls, so that each statement has a snapshot of its own: what a draft is judged by is
 * read after its channel's head is locked. Plans are fixed to index look-ups: they are made once a connection, perhaps
 * when a table was nearly empty, and a scan of all of it chosen then would be kept when it has grown (seen: all
 * memberships of an installation read for every post, until its first ANALYZE).
 */
create function post_messages(p_shard smallint, p_wait boolean, p_drafts jsonb)
returns table (ord integer, verdict text, message_id uuid, thread_id uuid, seq bigint, pos bigint, created_at text, more jsonb)
language plpgsql volatile
set enable_seqscan = off set enable_bitmapscan = off set enable_material = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
as $$
#variable_conflict use_column
declare
  v_now constant timestamptz := date_trunc('milliseconds', clock_timestamp());
  v_time constant text := to_char(v_now at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  v_keys text[];
  v_draft_ids uuid[];
  v_held text[];
  v_posts judged_post[];
  v_post judged_post;
  v_more following_event[];
  v_base bigint;
begin
  select array_agg(distinct 'c:' || (draft ->> 'channel_id')), array_agg((draft ->> 'draft_id')::uuid) filter (where draft ? 'draft_id')
  into v_keys, v_draft_ids from jsonb_array_elements(p_drafts) draft;

  -- The lock of a channel is its stream head. One order for all; `order by` in a subquery of its own, because an
  -- aggregate beside `for update` is not allowed.
  if p_wait then
    select array_agg(stream_key) into v_held from (
      select stream_key from stream_heads where stream_key = any (v_keys) order by stream_key collate "C" for update) held;
  else
    select array_agg(stream_key) into v_held from (
      select stream_key from stream_heads where stream_key = any (v_keys) order by stream_key collate "C" for update skip locked) held;
  end if;
  if v_draft_ids is not null then
    perform from drafts where id = any (v_draft_ids) order by id for no key update;
  end if;

  -- A later statement than the locking ones: under READ COMMITTED those still see what was before they waited.
  v_posts := judge_posts(p_drafts, coalesce(v_held, '{}'));

  insert into messages (id, workspace_id, channel_id, user_id, content, thread_id, seq, change_seq, client_msg_id, body_hash, kind, also_in_channel,
                        mention_user_ids, mention_group_ids, mention_channel, quoted_message_ids, created_at)
  select p.id, p.workspace_id, p.channel_id, p.user_id, p.content, p.thread_id, p.seq, p.seq, p.client_msg_id, p.body_hash, p.kind, p.also_in_channel,
         coalesce(p.mention_user_ids, '{}'), coalesce(p.mention_group_ids, '{}'), p.mention_channel, coalesce(p.quoted_message_ids, '{}'), v_now
  from unnest(v_posts) p where p.verdict = 'posted';

  if not found then
    return query select p.ord, p.verdict, p.id, null::uuid, null::bigint, null::bigint, null::text, null::jsonb from unnest(v_posts) p order by p.ord;
    return;
  end if;

  -- What most messages do without.
  for v_post in
    select * from unnest(v_posts) p
    where p.verdict = 'posted' and num_nonnulls(p.thread_id, p.called_ids, p.active_ids, p.draft_id) > 0 order by p.ord
  loop
    v_more := '{}';
    if num_nonnulls(v_post.called_ids, v_post.active_ids) > 0 then
      perform note_mentions(v_post);
    end if;
    if v_post.thread_id is not null then
      v_more := reply_to_thread(v_post, v_now, v_time);
    end if;
    if v_post.draft_id is not null then
      v_more := v_more || consume_draft(v_post);
    end if;
    v_posts[v_post.ord].more := nullif(v_more, '{}');
  end loop;

  update stream_heads head set seq = last.seq, last_message_at = v_now
  from (select 'c:' || p.channel_id as stream_key, max(p.seq + case when p.thread_id is null then 0 else 1 end) as seq
        from unnest(v_posts) p where p.verdict = 'posted' group by 1) last
  where head.stream_key = last.stream_key;

  -- Who writes has read: the author's own mark moves with the message, without an event.
  insert into channel_user_states as state (channel_id, user_id, last_read_seq)
  select p.channel_id, p.user_id, max(p.seq) from unnest(v_posts) p
  where p.verdict = 'posted' and p.kind = 'user' and (p.thread_id is null or p.also_in_channel) group by 1, 2 order by 1, 2
  on conflict (channel_id, user_id) do update set last_read_seq = excluded.last_read_seq where state.last_read_seq < excluded.last_read_seq;

  -- Last: from here on the shard's writers wait for this commit. 7106407 is LOG_LOCK of packages/database.
  perform pg_advisory_xact_lock(7106407, p_shard);
  select coalesce(max(pos), 0) into v_base from events where shard = p_shard;
  return query
    with placed as (
      select p.*, v_base + sum(p.events) over (order by p.ord rows unbounded preceding) - p.events + 1 as pos
      from (select u.*, case when u.verdict = 'posted' then 1 + coalesce(cardinality(u.more), 0) else 0 end as events from unnest(v_posts) u) p
    ), stored as (
      insert into events (shard, pos, stream_key, seq, workspace_id, type, message_id, payload, actor_id, request_id)
      select p_shard, p.pos + event.nth, event.stream_key, event.seq, p.workspace_id, event.type, event.message_id, event.payload, p.user_id, p.request_id
      from placed p
      cross join lateral (
        select 0 as nth, 'c:' || p.channel_id as stream_key, p.seq, 'message_sent' as type, p.id as message_id,
               p.payload || ',"thread_id":' || coalesce('"' || p.thread_id || '"', 'null')
                 || ',"seq":' || p.seq || ',"change_seq":' || p.seq || ',"created_at":"' || v_time || '"}' as payload
        union all
        select nth, stream_key, seq, type, null, payload from unnest(p.more) with ordinality as other(stream_key, seq, type, payload, nth)
      ) event
      where p.events > 0
    )
    select p.ord, p.verdict, p.id, p.thread_id, p.seq, p.pos, v_time, to_jsonb(p.more) from placed p order by p.ord;
end
$$;

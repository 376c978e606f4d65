import pg from 'pg'

export interface Filling {
  readonly databaseUrl: string
  readonly workspaceId: string
  /** Members who exist already: they get more channels than others, direct messages, mentions and things that they keep. */
  readonly readerIds: readonly string[]
  readonly messages: number
}

const PEOPLE = 500
const CHANNELS = 200
/** Conversations of each reader with one other person. */
const DMS = 20

/**
 * Fills a workspace as years of use would: channels from busy to quiet, threads short and long, mentions, reactions, direct
 * messages, and people who are behind with their reading. By SQL, since it is for measuring reads, and deterministic.
 */
export async function fillWorkspace({ databaseUrl, workspaceId, readerIds, messages }: Filling): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(`create temp table made as select '${workspaceId}'::uuid as workspace_id, '{${readerIds.join(',')}}'::uuid[] as reader_ids, ${messages} as messages`)
    for (const statement of [...people, ...channels, ...said, ...kept, ...neighbours]) await client.query(statement)
    await client.query('analyze')
  } finally {
    await client.end()
  }
}

/** The same number from 0 to 999 for the same text: what looks random and is not. */
const dice = (...parts: string[]) => `(abs(hashtext(concat_ws('/', ${parts.join(', ')}))) % 1000)`

/** Another workspace of the same installation, whose rows are in everybody's way: what is chosen for a small table is no plan for a large one. */
const neighbours = [
  `create temp table elsewhere as select uuidv7() as id`,
  `insert into workspaces (id, name, slug, owner_id) select elsewhere.id, 'Elsewhere', 'elsewhere', reader_ids[1] from made, elsewhere`,
  `create temp table cottage as select uuidv7() as id, n from generate_series(1, 20000) n`,
  `insert into channels (id, workspace_id, kind, name, created_by) select cottage.id, elsewhere.id, 'public', 'cottage-' || n, reader_ids[1] from made, cottage, elsewhere`,
  `insert into stream_heads (stream_key, seq) select 'c:' || id, 100 from cottage`,
  `insert into channel_members (channel_id, user_id, workspace_id, from_seq)
   select cottage.id, person.id, elsewhere.id, 1 from cottage, elsewhere, person where person.n > 0 and (person.n + cottage.n) % 50 = 0`,
  `insert into channel_user_states (channel_id, user_id, last_read_seq) select channel_id, user_id, 50 from channel_members, elsewhere where workspace_id = elsewhere.id`,
]

const people = [
  `create temp table person as select uuidv7() as id, n from generate_series(1, ${PEOPLE}) n`,
  `insert into users (id, email, username, display_name)
   select id, 'resident' || n || '@load.example', 'resident' || n, 'Resident ' || n from person`,
  `insert into workspace_members (workspace_id, user_id, role) select workspace_id, id, 'member' from made, person`,
  `insert into person select id, -n from made, unnest(reader_ids) with ordinality as reader(id, n)`,
]

/** A few of a hundred people and more, most of five to fifty; readers, who have negative numbers, are in nearly all of them. */
const channels = [
  `create temp table room as
   select uuidv7() as id, n, case when n <= ${CHANNELS} then 'room' else 'dm' end as what, null::uuid[] as people from generate_series(1, ${CHANNELS}) n`,
  `insert into room
   select uuidv7(), ${CHANNELS} + row_number() over (), 'dm', array[reader.id, other.id]
   from person reader join person other on reader.n < 0 and other.n between 1 - reader.n * 10 and ${DMS} - reader.n * 10`,
  `insert into channels (id, workspace_id, kind, name, topic, created_by, dm_key)
   select room.id, workspace_id, case when what = 'dm' then 'dm' when n % 5 = 0 then 'private' else 'public' end,
          case when what = 'room' then 'room-' || n end, case when what = 'room' then 'All about number ' || n end, reader_ids[1],
          case when what = 'dm' then least(people[1], people[2]) || ',' || greatest(people[1], people[2]) end
   from made, room`,
  `create temp table inhabitant as
   select room.id as room_id, room.n as room_n, person.id as user_id, person.n as user_n
   from room, person
   where case when what = 'dm' then person.id = any (people)
              when person.n < 0 then ${dice("'in'", 'room.n', 'person.n')} < 900
              else ${dice("'in'", 'room.n', 'person.n')} < 10 + 400 / room.n end`,
  `insert into channel_members (channel_id, user_id, workspace_id, from_seq) select room_id, user_id, workspace_id, 1 from made, inhabitant`,
  `update channels set member_count = (select count(*) from inhabitant where room_id = channels.id) where id in (select id from room)`,
  `create index on inhabitant (room_id, user_id)`,
  `create temp table speaker as select room_id, user_id, row_number() over (partition by room_id order by user_id) as k, count(*) over (partition by room_id) as of from inhabitant`,
  `create index on speaker (room_id, k)`,
]

const said = [
  // The busiest channel has a seventh of it all, the quietest a few hundred, a conversation a hundred and fifty.
  `create temp table talk as
   select id as room_id, n as room_n, what,
          case when what = 'dm' then greatest(20, (messages * 0.2 / (select count(*) from room where what = 'dm'))::int)
               else greatest(50, (messages * 0.8 / n / (select sum(1.0 / n) from room where what = 'room'))::int) end as count
   from made, room`,
  `create temp table word as
   select uuidv7() as id, room_id, room_n, what, seq, user_id,
          -- Most replies follow soon; each busy channel has some long threads too.
          case when what = 'dm' then null
               when seq % 1000 between 500 and 899 and room_n <= 3 then seq - seq % 1000 + 499
               when seq % 10 in (3, 5, 6, 8) then seq - seq % 10 + 1 end as root_seq,
          ${dice("'also'", 'seq', 'room_n')} < 20 as also, now() - (talk.count - seq) * interval '10 minutes' / greatest(1, talk.count / 5000) as created_at
   from talk cross join lateral generate_series(2, talk.count + 1) seq
   join lateral (select user_id from speaker where speaker.room_id = talk.room_id and k = 1 + ${dice("'who'", 'seq', 'room_n')} % speaker.of limit 1) author on true`,
  `create unique index on word (room_id, seq)`,
  `insert into messages (id, workspace_id, channel_id, user_id, content, seq, change_seq, created_at, mention_user_ids, mention_channel, pinned_at, pinned_by)
   select word.id, workspace_id, room_id, user_id, 'Message ' || seq || ' of some length, as people write it: ' || repeat('words and more words ', 1 + ${dice("'long'", 'seq')} % 8),
          seq, seq, created_at, case when called.id is null then '{}' else array[called.id] end,
          case when what = 'room' and ${dice("'all'", 'seq', 'room_n')} < 3 then 'channel' end,
          case when ${dice("'pin'", 'seq', 'room_n')} < 2 then created_at end, case when ${dice("'pin'", 'seq', 'room_n')} < 2 then user_id end
   from made, word
   left join lateral (
     select speaker.user_id as id from speaker
     where speaker.room_id = word.room_id and ${dice("'call'", 'seq', 'room_n')} < 40 and k = 1 + ${dice("'whom'", 'seq', 'room_n')} % speaker.of and speaker.user_id <> word.user_id
   ) called on what = 'room'`,
  `update messages set thread_id = root.id, also_in_channel = word.also
   from word join word root on root.room_id = word.room_id and root.seq = word.root_seq and root.root_seq is null where messages.id = word.id`,
  `with thread as (
     select thread_id, count(*) as count, max(created_at) as last, (array_agg(distinct user_id))[1:10] as people from messages where thread_id is not null group by thread_id)
   update messages set reply_count = count, last_reply_at = last, reply_user_ids = people from thread where id = thread.thread_id`,
  `insert into message_mentions (channel_id, user_id, seq, message_id, thread_id, in_channel, direct)
   select channel_id, called.id, seq, messages.id, thread_id, thread_id is null or also_in_channel, true
   from made, messages cross join unnest(mention_user_ids) as called(id) where messages.workspace_id = made.workspace_id on conflict do nothing`,
  `insert into reactions (message_id, emoji, user_id, seq, emoji_seq)
   select word.id, emoji, speaker.user_id, seq, seq
   from word cross join unnest(array['👍', '🎉', '👀']) with ordinality as choice(emoji, number)
   join speaker on speaker.room_id = word.room_id and k <= 1 + ${dice("'many'", 'seq')} % 4
   where ${dice("'react'", 'seq', 'room_n', 'number')} < 60`,
  `insert into stream_heads (stream_key, seq, last_message_at) select 'c:' || room_id, count + 1, now() from talk`,
]

const kept = [
  // Four of ten have read all; the others are behind by up to everything.
  `insert into channel_user_states (channel_id, user_id, last_read_seq, muted, starred)
   select room_id, user_id,
          case when ${dice("'read'", 'room_n', 'user_n')} < 400 then count + 1 else (count * ${dice("'far'", 'room_n', 'user_n')} / 1000)::bigint end,
          ${dice("'mute'", 'room_n', 'user_n')} < 50, ${dice("'star'", 'room_n', 'user_n')} < 30
   from inhabitant join talk using (room_id, room_n)`,
  `insert into thread_subscriptions (root_id, user_id, workspace_id, channel_id, following, last_read_seq)
   select distinct on (root_id, user_id) root_id, user_id, workspace_id, channel_id, true, seq
   from (select coalesce(thread_id, id) as root_id, user_id, workspace_id, channel_id, seq from messages
         where workspace_id = (select workspace_id from made) and (thread_id is not null or reply_count > 0)) spoken
   order by root_id, user_id, seq on conflict do nothing`,
  `insert into saved_messages (user_id, message_id, workspace_id, channel_id, saved_at)
   select reader.id, messages.id, messages.workspace_id, channel_id, messages.created_at
   from person reader join inhabitant on inhabitant.user_id = reader.id join messages on channel_id = room_id
   where reader.n < 0 and ${dice("'save'", 'seq', 'reader.n')} < 3`,
  `insert into drafts (id, user_id, workspace_id, channel_id, content, version)
   select uuidv7(), user_id, workspace_id, room_id, 'Not said yet', 1 from made, inhabitant where user_n < 0 and ${dice("'draft'", 'room_n', 'user_n')} < 50`,
  `create temp table circle as select uuidv7() as id, n from generate_series(1, 20) n`,
  `insert into user_groups (id, workspace_id, handle, name, created_by) select id, workspace_id, 'circle-' || n, 'Circle ' || n, reader_ids[1] from made, circle`,
  `insert into user_group_members (group_id, user_id) select circle.id, person.id from circle join person on ${dice("'circle'", 'circle.n', 'person.n')} < 50`,
  `insert into images (name, content_type, bytes, width, height) select md5('emoji' || n), 'image/png', '', 128, 128 from generate_series(1, 100) n`,
  `insert into custom_emoji (workspace_id, name, image_name, created_by)
   select workspace_id, 'emoji-' || n, md5('emoji' || n), reader_ids[1] from made, generate_series(1, 100) n`,
]

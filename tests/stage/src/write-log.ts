import type { Audience, EventName, StreamKey } from '@afrochat/contracts'
import type { WorkspaceId } from '@afrochat/kernel'
import pg from 'pg'

/** A row that a committed transaction wrote. */
export interface Written {
  readonly table: string
  readonly operation: 'INSERT' | 'UPDATE' | 'DELETE'
  readonly row: Readonly<Record<string, unknown>>
}

/** An event as it was stored. */
export interface WrittenEvent {
  readonly pos: number
  readonly stream_key: StreamKey
  readonly seq: number | null
  readonly workspace_id: WorkspaceId | null
  readonly audience: Audience
  readonly type: EventName
  readonly payload: string
  readonly imported: boolean
}

/** A setting of the sessions whose writes are not watched: those that set the stage. */
export const UNWATCHED = 'stage.unwatched'

const VACUUM_EVERY = 200

/** Knows every row that anybody writes into the database, whatever table it is in, by triggers on all of them. */
export class WriteLog {
  readonly #client: pg.Client
  #taken = 0

  private constructor(client: pg.Client) {
    this.#client = client
  }

  static async on(databaseUrl: string): Promise<WriteLog> {
    const client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    await client.query(`
      create unlogged table staged_writes (number bigserial, "table" text, operation text, row jsonb);
      create function stage_write() returns trigger language plpgsql as $$
      begin
        if current_setting('${UNWATCHED}', true) = 'on' then return null; end if;
        insert into staged_writes ("table", operation, row) values (tg_table_name, tg_op, to_jsonb(case tg_op when 'DELETE' then old else new end));
        return null;
      end $$;
      do $$
      declare name text;
      begin
        for name in select relname from pg_class
                    where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'staged_writes' and relname not like 'kysely%'
        loop execute format('create trigger staged after insert or update or delete on %I for each row execute function stage_write()', name); end loop;
      end $$`)
    return new WriteLog(client)
  }

  /** What was written since the last call. */
  async take(): Promise<Written[]> {
    const { rows } = await this.#client.query<Written>(`with taken as (delete from staged_writes returning *) select "table", operation, row from taken order by number`)
    this.#taken += 1
    // What was taken is read over again every time, until it is really gone.
    if (this.#taken % VACUUM_EVERY === 0) await this.#client.query('vacuum staged_writes')
    return rows
  }

  close(): Promise<void> {
    return this.#client.end()
  }
}

export const eventsAmong = (written: readonly Written[]): WrittenEvent[] =>
  written.filter(({ table, operation }) => table === 'events' && operation === 'INSERT').map(({ row }) => row as unknown as WrittenEvent)

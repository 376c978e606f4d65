import pg from 'pg'
import type { Captured } from './capture-statements.ts'

/** Tables smaller than this are read whole for good reason. */
const LARGE = 1_000
/** A row a channel: for a thousand threads in two hundred of them, twenty thousand rows are read faster than looked up. */
const FEW = ['channels', 'stream_heads']

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly Plans?: readonly PlanNode[]
}

/** The large tables that one of these statements would read from end to end. */
export async function largeScans(databaseUrl: string, statements: readonly Captured[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ relname: string }>(`select relname from pg_class where relkind = 'r' and reltuples > $1 and relname <> all ($2)`, [LARGE, FEW])
    const scanned: string[] = []
    for (const statement of statements.filter(isRead)) scanned.push(...await scansBy(client, statement))
    return rows.map(({ relname }) => relname).filter((name) => scanned.includes(name))
  } finally {
    await client.end()
  }
}

async function scansBy(client: pg.Client, { text, values }: Captured): Promise<string[]> {
  const { rows: [row] } = await client.query<{ 'QUERY PLAN': readonly { Plan: PlanNode }[] }>(`explain (format json) ${text}`, [...values])
  return (row?.['QUERY PLAN'] ?? []).flatMap(({ Plan }) => scansOf(Plan))
}

/** Not the beginnings and ends of transactions. */
export const isRead = ({ text }: Captured): boolean => /^\s*(?:select|with)\b/i.test(text)

function scansOf(node: PlanNode): string[] {
  const own = node['Node Type'] === 'Seq Scan' && node['Relation Name'] !== undefined ? [node['Relation Name']] : []
  return [...own, ...(node.Plans ?? []).flatMap(scansOf)]
}

import pg from 'pg'

/** For the tests: everything that migrations can make in the schema `public`, as lines that can be compared. Their own two tables are left out. */
export async function dumpCatalog(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ line: string }>(CATALOG)
    return rows.map(({ line }) => line)
  } finally {
    await client.end()
  }
}

const CATALOG = `
with relations as (
  select c.* from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname not like 'kysely\\_%')
select concat_ws(' ', 'relation', relname, relkind, relpersistence, array_to_string(reloptions, ','), obj_description(oid, 'pg_class')) as line from relations
union all
select concat_ws(' ', 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
  pg_get_expr(d.adbin, d.adrelid))
from relations c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relkind in ('r', 'v', 'm', 'p')
union all
select concat_ws(' ', 'index', pg_get_indexdef(i.indexrelid)) from pg_index i join relations c on c.oid = i.indrelid
union all
select concat_ws(' ', 'constraint', c.relname, k.conname, pg_get_constraintdef(k.oid)) from pg_constraint k join relations c on c.oid = k.conrelid
union all
select concat_ws(' ', 'trigger', c.relname, pg_get_triggerdef(t.oid)) from pg_trigger t join relations c on c.oid = t.tgrelid where not t.tgisinternal
union all
select concat_ws(' ', 'view', c.relname, pg_get_viewdef(c.oid)) from relations c where c.relkind in ('v', 'm')
union all
select concat_ws(' ', 'function', pg_get_functiondef(p.oid)) from pg_proc p
where p.pronamespace = 'public'::regnamespace and p.prokind in ('f', 'p') and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
union all
select concat_ws(' ', 'type', t.typname, t.typtype, (select string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid))
from pg_type t where t.typnamespace = 'public'::regnamespace and t.typtype in ('e', 'd', 'r')
union all
select concat_ws(' ', 'extension', extname) from pg_extension where extname <> 'plpgsql'
order by line`

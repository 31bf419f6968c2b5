// What the wall costs: the same statements in this process, and through check and query process. Sides take turns; the last
// line is JSON. `node --import tsx bench/wall.ts [rounds]`
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { openTenants } from '../test/attack/tenants.ts'

const STATEMENTS = [
  'SELECT count(*) AS n FROM orders',
  'SELECT region, sum(amount) AS total FROM orders GROUP BY region ORDER BY total DESC',
  "SELECT date_trunc('month', day) AS month, avg(amount) AS mean FROM orders GROUP BY month ORDER BY month",
  "SELECT customer, count(*) AS n FROM orders WHERE region = 'north' GROUP BY customer ORDER BY n DESC, customer LIMIT 10",
  'WITH t AS (SELECT customer, sum(amount) AS s FROM orders GROUP BY customer) SELECT * FROM t WHERE s > (SELECT avg(s) FROM t) ORDER BY s',
  'SELECT * FROM orders ORDER BY id LIMIT 100',
]

const rounds = Number(process.argv[2] ?? 100)
const tenants = await openTenants({ query_processes: 1 })
const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect()
await connection.run(`CREATE TABLE orders AS FROM '${join(tenants.folder, 'tenant_a', 'orders.csv')}'`)

const inside = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson()
const behind = async (sql: string) => (await tenants.ask(sql)).rows
/** The same statement as nobody has written it before: it is parsed anew. */
const unseen = (sql: string) => behind(`${sql} -- ${++seen}`)
let seen = 0

async function timed<T>(work: Promise<T>): Promise<{ ms: number; value: T }> {
  const start = performance.now()
  const value = await work
  return { ms: performance.now() - start, value }
}

const times: Record<'inside' | 'behind' | 'added' | 'unseen', number[]> = {
  inside: [],
  behind: [],
  added: [],
  unseen: [],
}
for (let round = -5; round < rounds; round++) {
  for (const sql of STATEMENTS) {
    const a = await timed(inside(sql))
    const b = await timed(behind(sql))
    const c = await timed(unseen(sql))
    assert.equal(b.value.length, a.value.length)
    assert.deepEqual(
      b.value[0]?.map(String),
      a.value[0]?.map((cell) => String(cell).replace(/ 00:00:00$/, 'T00:00:00')),
    )
    if (round < 0) continue
    times.inside.push(a.ms)
    times.behind.push(b.ms)
    times.added.push(b.ms - a.ms)
    times.unseen.push(c.ms - a.ms)
  }
}

const median = (list: number[]) => [...list].sort((a, b) => a - b)[list.length >> 1] ?? 0
const share = (list: number[], part: number) => [...list].sort((a, b) => a - b)[Math.floor(list.length * part)] ?? 0
const rounded = (value: number) => Math.round(value * 1000) / 1000
console.log(
  JSON.stringify({
    bench: 'wall',
    queries: times.inside.length,
    inside_ms: rounded(median(times.inside)),
    behind_ms: rounded(median(times.behind)),
    added_ms: rounded(median(times.added)),
    added_p95_ms: rounded(share(times.added, 0.95)),
    added_unseen_ms: rounded(median(times.unseen)),
    added_unseen_p95_ms: rounded(share(times.unseen, 0.95)),
    ratio: rounded(median(times.behind) / median(times.inside)),
  }),
)
await tenants.close()

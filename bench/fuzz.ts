// Mutated attacks and statements of a grammar in numbers: `node --import tsx bench/fuzz.ts [count] [seed]`. Ends with 1 when anything leaked or broke.
import { fuzz } from '../test/attack/fuzz.ts'
import { openTenants } from '../test/attack/tenants.ts'

const [count = 100_000, seed = 1] = process.argv.slice(2).map(Number)
const tenants = await openTenants({ query_timeout_ms: 500 })
const start = performance.now()
const { wrong, ...counts } = await fuzz(tenants, count, seed, 2)
const seconds = Math.round((performance.now() - start) / 1000)
console.log(
  JSON.stringify({ bench: 'fuzz', seed, ...counts, wrong: wrong.length, seconds, ...tenants.database.stats() }),
)
for (const line of wrong.slice(0, 20)) console.error(line)
await tenants.close()
process.exitCode = wrong.length > 0 ? 1 : 0

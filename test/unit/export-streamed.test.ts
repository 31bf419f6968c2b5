import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { streamed } from '../../functions/api/format.ts'
import type { Rows } from '../../src/database.ts'
import { arrowChunks } from '../../src/export/arrow.ts'
import { csvChunks } from '../../src/export/csv.ts'
import { recordChunks } from '../../src/export/json.ts'
import { parquetChunks } from '../../src/export/parquet.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const ROWS = 50_000
const large: Rows = {
  columns: [
    { name: 'id', type: 'BIGINT' },
    { name: 'name', type: 'VARCHAR' },
    { name: 'value', type: 'DOUBLE' },
  ],
  rows: Array.from({ length: ROWS }, (_, i) => [i, `${i} ${'x'.repeat(200)} ${i % 977}`, i / 7]),
  truncated: false,
}

function held(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

for (const [name, chunks] of Object.entries({
  csv: csvChunks,
  records: recordChunks,
  arrow: arrowChunks,
  parquet: parquetChunks,
})) {
  test(`${name}: a large answer leaves in pieces, and no second copy of it is held`, async () => {
    const before = held()
    const reader = streamed(chunks(large as never)).getReader()
    let bytes = 0
    let most = 0
    let pieces = 0
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      bytes += next.value.byteLength
      pieces++
      most = Math.max(most, held() - before)
    }
    assert.ok(bytes > (name === 'parquet' ? 500_000 : 10_000_000), `${bytes} bytes`)
    assert.ok(pieces >= ROWS / 4096, `${pieces} pieces`)
    assert.ok(most < 6_000_000, `${most} bytes held besides the answer`)
  })
}

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { toArrow } from '../../src/export/arrow.ts'
import { toParquet } from '../../src/export/parquet.ts'
import { openServed, type Served } from '../attack/served.ts'
import { type Chance, chance } from './random.ts'

/** Files a dataset holds; as many of them are broken as formats times kinds of damage. */
const EXTENSIONS = [
  'csv',
  'tsv',
  'json',
  'ndjson',
  'jsonl',
  'parquet',
  'arrow',
  'feather',
  'xlsx',
  'csv.gz',
  'json.gz',
  'csv.zst',
  'parquet.gz',
  'txt',
  'zip',
  'db',
]
const ROWS = {
  columns: [
    { name: 'id', type: 'BIGINT' },
    { name: 'name', type: 'VARCHAR' },
  ],
  rows: [
    [1, 'a'],
    [2, 'b'],
  ],
  truncated: false,
}

/** A small whole file of the format, to be damaged; any bytes where the format is not read. */
function wholeFile(extension: string): Buffer {
  if (extension.endsWith('.gz')) return gzipSync(wholeFile(extension.slice(0, -3)))
  if (extension === 'parquet') return Buffer.from(toParquet(ROWS))
  if (extension === 'arrow' || extension === 'feather') return Buffer.from(toArrow(ROWS))
  if (extension === 'json') return Buffer.from('[{"id":1,"name":"a"},{"id":2,"name":"b"}]')
  if (/ndjson|jsonl/.test(extension)) return Buffer.from('{"id":1,"name":"a"}\n{"id":2,"name":"b"}\n')
  if (extension === 'xlsx' || extension === 'zip') return Buffer.from('PK\u0003\u0004 not really')
  return Buffer.from('id\tname\n1\ta\n2\tb\n'.replaceAll('\t', extension === 'tsv' ? '\t' : ','))
}

/** Ways a file can be no file of its format. */
const DAMAGES: ((whole: Buffer, random: Chance) => Buffer)[] = [
  (_whole, random) => random.bytes(1 + random.number(3000)),
  (whole, random) => whole.subarray(0, random.number(whole.length)),
  (whole, random) => {
    const copy = Buffer.from(whole)
    for (let left = 4; left > 0; left--) copy[random.number(copy.length)] = random.number(256)
    return copy
  },
  (whole, random) =>
    Buffer.concat([whole.subarray(0, whole.length >> 1), random.bytes(200), whole.subarray(whole.length >> 1)]),
  (_whole, random) => Buffer.from(random.text(2000)),
  (whole) => Buffer.concat([whole, whole]),
]

const folder = mkdtempSync(join(tmpdir(), 'asklake-files-'))
let served: Served

before(async () => {
  const random = chance(99)
  for (const [kind, damage] of DAMAGES.entries()) {
    const dataset = join(folder, `damage${kind}`)
    mkdirSync(dataset)
    writeFileSync(join(dataset, 'sound.csv'), 'id,amount\n1,2\n2,3\n')
    for (const [index, extension] of EXTENSIONS.entries()) {
      writeFileSync(join(dataset, `part${index}.${extension}`), damage(wholeFile(extension), random))
    }
    writeFileSync(
      join(dataset, 'datapackage.json'),
      damage(Buffer.from('{"resources":[{"path":"sound.csv"}]}'), random),
    )
  }
  served = await openServed(folder, () => [], { ASKLAKE_CATALOG_TABLE_TIMEOUT_MS: '20000' })
})
after(async () => {
  await served.close()
  rmSync(folder, { recursive: true, force: true })
})

for (const kind of DAMAGES.keys()) {
  test(`damage ${kind}: broken files of ${EXTENSIONS.length} formats leave the sound one usable`, async () => {
    const said = await served.get(`/v1/datasets/damage${kind}`)
    assert.equal(said.status, 200, said.text)
    const { tables } = JSON.parse(said.text) as { tables: { name: string; rows: number }[] }
    assert.equal(tables.find(({ name }) => name === 'sound')?.rows, 2)
    const sql = 'SELECT sum(amount) FROM sound'
    const answer = await served.post('/v1/sql', { dataset: `damage${kind}`, sql })
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(
      JSON.parse(answer.text).rows,
      [['5']].map(([sum]) => [Number(sum)]),
    )
    for (const { name } of tables) {
      const all = await served.post('/v1/sql', { dataset: `damage${kind}`, sql: `SELECT * FROM "${name}" LIMIT 5` })
      assert.ok(all.status === 200 || all.status === 422, `${name}: ${all.text}`)
    }
  })
}

test('nothing of all that was a bug', () => {
  assert.deepEqual(served.warned, [])
})

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { folderCache } from '../../src/catalog/cache.ts'
import { publicCatalog } from '../../src/catalog/public.ts'
import { openReader, type Reader } from '../../src/catalog/reader.ts'
import { suggestedQuestions } from '../../src/catalog/suggest.ts'
import { unitOfName } from '../../src/catalog/units.ts'
import { type Catalog, listDatasets, readCatalog } from '../../src/catalog.ts'
import { readSettings } from '../../src/settings.ts'
import { openFolder } from '../../src/store.ts'

const top = mkdtempSync(join(tmpdir(), 'asklake-catalog-'))
const settings = readSettings({ ASKLAKE_STATE_DIR: join(top, 'state') })
let reader: Reader
let shop: Catalog
let count = 0

async function dataset(files: Record<string, string>): Promise<string> {
  const folder = join(top, `set${++count}`)
  for (const [path, body] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), body)
  }
  return folder
}

const lines = (rows: unknown[][]) => `${rows.map((row) => row.join(',')).join('\n')}\n`
const range = (size: number) => Array.from({ length: size }, (_, index) => index + 1)
const SHOP = {
  'customers.csv': lines([
    ['customer_id', 'name', 'country'],
    ...range(20).map((n) => [n, `Person ${n}`, ['DE', 'FR', 'IT'][n % 3]]),
  ]),
  'orders.csv': lines([
    ['order_id', 'customer_id', 'order_date', 'freight_usd', 'status'],
    ...range(60).map((n) => [
      n,
      (n % 20) + 1,
      `2023-${String((n % 12) + 1).padStart(2, '0')}-15`,
      n * 1.5,
      ['open', 'sent'][n % 2],
    ]),
  ]),
  'order_items.csv': lines([
    ['order_id', 'product_id', 'quantity'],
    ...range(60).flatMap((n) => [
      [n, 1, 2],
      [n, (n % 5) + 2, 1],
    ]),
  ]),
  'products.csv': lines([
    ['id', 'title', 'weight_kg', 'parent_id'],
    ...range(8).map((n) => [n, `Thing ${n}`, n / 4, n > 4 ? 1 : '']),
  ]),
  'games.csv': lines([
    ['game_id', 'home_team_id', 'away_team_id', 'year'],
    ...range(12).map((n) => [n, (n % 4) + 1, ((n + 1) % 4) + 1, 2000 + n]),
  ]),
  'teams.csv': lines([['id', 'name'], ...range(4).map((n) => [n, `Team ${n}`])]),
  'levels.csv': lines([['level', 'label'], ...range(10).map((n) => [n, `L${n}`])]),
}

before(async () => {
  reader = await openReader({ memory_mb: 512, timeout_ms: 60_000 })
  shop = await readCatalog(await dataset(SHOP), { settings, reader })
})
after(async () => {
  await reader.close()
  rmSync(top, { recursive: true })
})

const arrow = ({ from, to }: Catalog['joins'][number]) => `${from.table}.${from.columns} > ${to.table}.${to.columns}`
const column = (catalog: Catalog, table: string, name: string) =>
  catalog.tables.find((one) => one.name === table)?.columns.find((one) => one.name === name)

test('keys and joins are found from names and values, role-playing ones and those to oneself too', () => {
  assert.deepEqual(shop.joins.map(arrow).sort(), [
    'games.away_team_id > teams.id',
    'games.home_team_id > teams.id',
    'order_items.order_id > orders.order_id',
    'order_items.product_id > products.id',
    'orders.customer_id > customers.customer_id',
    'products.parent_id > products.id',
  ])
  const keys = Object.fromEntries(shop.tables.map(({ name, primaryKey }) => [name, primaryKey]))
  assert.deepEqual(keys['customers'], ['customer_id'])
  assert.deepEqual(keys['products'], ['id'])
  assert.deepEqual(keys['order_items'], ['order_id', 'product_id'])
})

test('roles, units and profiles', () => {
  assert.equal(column(shop, 'customers', 'customer_id')?.role, 'key')
  assert.equal(column(shop, 'orders', 'customer_id')?.role, 'foreign key')
  assert.equal(column(shop, 'customers', 'country')?.role, 'place')
  assert.equal(column(shop, 'orders', 'status')?.role, 'category')
  assert.equal(column(shop, 'games', 'year')?.role, 'time')
  const freight = column(shop, 'orders', 'freight_usd')
  assert.deepEqual([freight?.role, freight?.unit, freight?.min, freight?.max], ['measure', 'USD', '1.5', '90'])
  const day = column(shop, 'orders', 'order_date')
  assert.deepEqual(
    [day?.type, day?.kind, day?.role, day?.min, day?.distinct],
    ['DATE', 'date', 'time', '2023-01-15', 12],
  )
  assert.equal(column(shop, 'products', 'parent_id')?.nullShare, 0.5)
  assert.deepEqual(column(shop, 'orders', 'status')?.frequent, [
    { value: 'open', count: 30 },
    { value: 'sent', count: 30 },
  ])
  assert.deepEqual(column(shop, 'orders', 'status')?.values, ['open', 'sent'])
})

test('units from names', () => {
  const told = [
    'weight_kg',
    'Distance (km)',
    'latency_ms',
    'share percent',
    'Body Mass (g)',
    'price_usd',
    'km',
    'team',
    'cost',
  ].map(unitOfName)
  assert.deepEqual(told, ['kg', 'km', 'ms', '%', 'g', 'USD', undefined, undefined, undefined])
})

test('small whole numbers are no foreign keys without a name that says so', () => {
  assert.ok(!shop.joins.some(({ to }) => to.table === 'levels'))
})

test('suggested questions name what is there', () => {
  const questions = suggestedQuestions(shop)
  assert.ok(questions.length >= 3 && questions.length <= 5)
  assert.deepEqual(questions.slice(0, 3), [
    'How many orders are there?',
    'Average freight usd by status',
    'Total freight usd by month',
  ])
})

test('the public catalog tells neither paths nor all values', () => {
  const text = JSON.stringify(publicCatalog(shop))
  assert.ok(!text.includes(top) && !text.includes('"values"') && !text.includes('"files"'))
})

test('datapackage.json overrules and enriches', async () => {
  const pack = {
    title: 'Shop',
    asklake: {
      metrics: [
        { name: 'revenue', expression: 'sum(n)', table: 'b' },
        { name: 'lost', expression: '1', table: 'none' },
      ],
    },
    resources: [
      {
        name: 'a',
        path: 'a.csv',
        title: 'Things',
        asklake: { synonyms: ['items'], questions: ['How many things?'] },
        schema: {
          primaryKey: 'code',
          fields: [{ name: 'code', type: 'string', title: 'Code', asklake: { synonyms: ['tag'] } }],
        },
      },
      {
        name: 'b',
        path: ['b.csv'],
        schema: {
          foreignKeys: [
            { fields: 'ref', reference: { resource: 'a', fields: 'code' } },
            { fields: ['x'], reference: { resource: 'zz', fields: ['y'] } },
          ],
        },
      },
      { name: 7 },
    ],
  }
  const catalog = await readCatalog(
    await dataset({
      'datapackage.json': JSON.stringify(pack),
      'a.csv': 'code,v\n1,x\n2,y\n',
      'b.csv': 'ref,n\n1,5\n2,6\n9,7\n',
    }),
    { settings, reader },
  )
  const [a] = catalog.tables
  assert.deepEqual([catalog.title, a?.title, a?.synonyms, a?.primaryKey], ['Shop', 'Things', ['items'], ['code']])
  assert.deepEqual([a?.columns[0]?.type, a?.columns[0]?.title, a?.columns[0]?.synonyms], ['VARCHAR', 'Code', ['tag']])
  assert.deepEqual(
    catalog.metrics.map(({ name, table }) => [name, table]),
    [['revenue', 'b']],
  )
  assert.deepEqual(catalog.questions, ['How many things?'])
  assert.deepEqual(
    catalog.joins.map(({ source }) => source),
    ['declared'],
  )
  assert.deepEqual(
    catalog.notes.map(({ code }) => code),
    ['bad-datapackage', 'bad-datapackage', 'bad-datapackage'],
  )
})

test('keys that a package leaves out are inferred, between tables it does not link', async () => {
  const key = (name: string, path: string, primaryKey: string, foreignKeys?: object[]) =>
    ({ name, path, schema: { primaryKey, ...(foreignKeys && { foreignKeys }) } }) // biome-ignore format: a line
  const pack = {
    resources: [
      key('cities', 'cities.csv', 'city_id'),
      key('shops', 'shops.csv', 'shop_id'),
      key('sales', 'sales.csv', 'sale_id', [
        { fields: 'shop_id', reference: { resource: 'shops', fields: 'shop_id' } },
      ]),
    ],
  }
  const catalog = await readCatalog(
    await dataset({
      'datapackage.json': JSON.stringify(pack),
      'cities.csv': 'city_id,city\n1,Oslo\n2,Rome\n',
      'shops.csv': 'shop_id,city_id,first_sale_id\n7,1,1\n8,2,2\n9,2,3\n',
      'sales.csv': 'sale_id,shop_id,amount\n1,7,5\n2,8,6\n3,9,7\n4,7,8\n',
    }),
    { settings, reader },
  )
  assert.deepEqual(
    catalog.joins.map(({ from, to, source }) => [from.table, from.columns, to.table, source]),
    [
      ['sales', ['shop_id'], 'shops', 'declared'],
      ['shops', ['city_id'], 'cities', 'inferred'],
    ],
  )
})

test('a datapackage.json that is none never fails', async () => {
  for (const text of ['', '{', '[]', 'null', '{"resources": 5}', '{"resources": [null, {"path": 3}]}']) {
    const catalog = await readCatalog(await dataset({ 'datapackage.json': text, 'a.csv': 'id,v\n1,x\n' }), {
      settings,
      reader,
    })
    assert.equal(catalog.tables.length, 1)
    assert.ok(
      catalog.notes.some(({ code }) => code === 'bad-datapackage'),
      text,
    )
  }
})

test('fingerprints: data changes with a file, schema with names and types only', async () => {
  const folder = await dataset({ 'a.csv': 'id,v\n1,x\n' })
  const first = await readCatalog(folder, { settings, reader })
  writeFileSync(join(folder, 'a.csv'), 'id,v\n1,x\n2,z\n')
  const second = await readCatalog(folder, { settings, reader })
  assert.equal(first.fingerprint.schema, second.fingerprint.schema)
  assert.notEqual(first.fingerprint.data, second.fingerprint.data)
  writeFileSync(join(folder, 'a.csv'), 'id,w\n1,x\n2,z\n')
  assert.notEqual((await readCatalog(folder, { settings, reader })).fingerprint.schema, first.fingerprint.schema)
  assert.match(first.fingerprint.schema, /^[0-9a-f]{16}$/)
})

/** Counts the files that queries name. */
function watched(inner: Reader): Reader & { read: Set<string> } {
  const read = new Set<string>()
  return {
    ...inner,
    read,
    rows: (sql) => {
      for (const [, file = ''] of sql.matchAll(/\/([^/']+\.csv)'/g)) read.add(file)
      return inner.rows(sql)
    },
  }
}

test('a kept catalog reads nothing again, a changed file only itself', async () => {
  const folder = await dataset({ 'a.csv': 'id,v\n1,x\n', 'b.csv': 'b_id,w\n1,x\n', 'c.csv': 'c_id,a_id\n1,1\n' })
  const cache = folderCache(join(top, 'cache'))
  const first = await readCatalog(folder, { settings, reader, cache })
  const idle = watched(reader)
  assert.deepEqual(await readCatalog(folder, { settings, reader: idle, cache }), first)
  assert.deepEqual([...idle.read], [])
  writeFileSync(join(folder, 'b.csv'), 'b_id,w\n1,changed\n')
  utimesSync(join(folder, 'b.csv'), 10, 10)
  const busy = watched(reader)
  const changed = await readCatalog(folder, { settings, reader: busy, cache })
  assert.deepEqual([...busy.read], ['b.csv'])
  assert.deepEqual(changed.tables[1]?.columns[1]?.values, ['changed'])
})

test('a damaged cache is read over', async () => {
  const folder = await dataset({ 'a.csv': 'id,v\n1,x\n' })
  const home = join(top, 'damaged')
  const cache = folderCache(home)
  const first = await readCatalog(folder, { settings, reader, cache })
  for (const name of readdirSync(home)) writeFileSync(join(home, name), '{"format":')
  assert.deepEqual(await readCatalog(folder, { settings, reader, cache }), first)
})

test('datasets are the sub-folders with data, and the root when files lie in it', async () => {
  const folder = await dataset({
    'a/x.csv': 'id\n1\n',
    'b/deep/y.parquet': 'x',
    'docs/readme.md': 'x',
    '.git/z.csv': 'x',
    'year=2023/p.csv': 'id\n1\n',
  })
  const sources = await listDatasets(openFolder(folder))
  assert.deepEqual(sources.map(({ dataset: name }) => name).sort(), ['a', 'b', `set${count}`])
  const root = sources.find(({ dataset: name }) => name === `set${count}`)
  const catalog = await readCatalog(root as never, { settings, reader })
  assert.deepEqual(
    catalog.tables.map(({ name }) => name),
    [`set${count}`],
  )
})

test('every note is documented in docs/files.md', () => {
  const docs = readFileSync(new URL('../../docs/files.md', import.meta.url), 'utf8')
  const folder = new URL('../../src/catalog/', import.meta.url)
  const codes = readdirSync(folder).flatMap((name) =>
    [...readFileSync(new URL(name, folder), 'utf8').matchAll(/code: '([a-z-]+)'/g)].map(([, code = '']) => code),
  )
  assert.ok(codes.length > 15)
  for (const code of codes) assert.ok(docs.includes(`\`${code}\``), code)
})

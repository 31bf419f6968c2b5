// Inferred foreign and primary keys against declared ones: precision and recall on Spider's training databases, read
// without their datapackage.json. `node --import tsx bench/keys.ts [--show] [database …]`; ends in one JSON line.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openReader } from '../src/catalog/reader.ts'
import { type Catalog, readCatalog } from '../src/catalog.ts'
import { readSettings } from '../src/settings.ts'

interface Declared {
  resources: {
    name: string
    schema: {
      primaryKey?: string[]
      foreignKeys?: { fields: string[]; reference: { resource: string; fields: string[] } }[]
    }
  }[]
}

const show = process.argv.includes('--show')
const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const shared = process.env['ASKLAKE_SHARED'] ?? '../shared'
const root = join(shared, 'data/spider/data')
const heldOut: string[] = JSON.parse(readFileSync(new URL('../model/held-out.json', import.meta.url), 'utf8')).databases
const databases = readdirSync(root).filter(
  (name) => !heldOut.includes(name) && existsSync(join(root, name, 'datapackage.json')),
)
const settings = readSettings({})
const reader = await openReader({ memory_mb: 1024, timeout_ms: 60000 })
const total = { joins: 0, found: 0, right: 0, unmeasurable: 0, keys: 0, keysFound: 0, keysRight: 0 }

for (const name of databases) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const declared: Declared = JSON.parse(readFileSync(join(root, name, 'datapackage.json'), 'utf8'))
  compareJoins(name, declared, await withoutPackage(name))
}
await reader.close()
const ratio = (part: number, whole: number) => Math.round((1000 * part) / whole) / 1000
console.log(
  JSON.stringify({
    bench: 'keys',
    databases: databases.length,
    joins: { ...total, precision: ratio(total.right, total.found), recall: ratio(total.right, total.joins) },
    primaryKeys: { precision: ratio(total.keysRight, total.keysFound), recall: ratio(total.keysRight, total.keys) },
  }),
)

/** The database's files alone, in a folder of their own. */
async function withoutPackage(name: string): Promise<Catalog> {
  const top = mkdtempSync(join(tmpdir(), 'asklake-keys-'))
  const folder = join(top, name)
  mkdirSync(folder)
  for (const file of readdirSync(join(root, name))) {
    if (file.endsWith('.parquet')) copyFileSync(join(root, name, file), join(folder, file))
  }
  try {
    return await readCatalog(folder, { settings, reader })
  } finally {
    rmSync(top, { recursive: true })
  }
}

function compareJoins(name: string, declared: Declared, catalog: Catalog): void {
  const rows = new Map(catalog.tables.map((table) => [table.name.toLowerCase(), table.rows]))
  const wanted = new Set<string>()
  for (const { name: table, schema } of declared.resources) {
    for (const { fields, reference } of schema.foreignKeys ?? []) {
      fields.forEach((field, index) => {
        wanted.add(`${table}.${field} -> ${reference.resource}.${reference.fields[index]}`.toLowerCase())
        if (!rows.get(table.toLowerCase()) || !rows.get(reference.resource.toLowerCase())) total.unmeasurable++
      })
    }
  }
  const found = catalog.joins.map(({ from, to }) =>
    `${from.table}.${from.columns[0]} -> ${to.table}.${to.columns[0]}`.toLowerCase(),
  )
  total.joins += wanted.size
  total.found += found.length
  total.right += found.filter((join) => wanted.has(join)).length
  compareKeys(declared, catalog)
  if (!show) return
  for (const join of wanted) if (!found.includes(join)) console.log(`- ${name}: ${join}`)
  for (const join of found) if (!wanted.has(join)) console.log(`+ ${name}: ${join}`)
}

function compareKeys(declared: Declared, catalog: Catalog): void {
  for (const table of catalog.tables) {
    const entry = declared.resources.find(({ name }) => name.toLowerCase() === table.name.toLowerCase())
    const key = (entry?.schema.primaryKey ?? []).map((one) => one.toLowerCase()).join()
    const own = table.primaryKey.map((one) => one.toLowerCase()).join()
    if (key !== '') total.keys++
    if (own !== '') total.keysFound++
    if (own !== '' && own === key) total.keysRight++
    if (show && own !== key)
      console.log(`k ${catalog.dataset}: ${table.name} declared ${key || 'none'}, inferred ${own || 'none'}`)
  }
}

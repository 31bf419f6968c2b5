import { mkdir } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Document } from 'yaml'
import { RIGHTS, type Right } from '../../src/asker.ts'
import { stateFolder } from '../../src/catalog/read.ts'
import { Refusal } from '../../src/refusal.ts'
import { readSettings } from '../../src/settings.ts'
import { type KeyFile, openKeyFile } from '../access/key-file.ts'
import { type KeyEntry, newKey } from '../access/keys.ts'
import { textTable } from '../text-table.ts'
import { fail } from './fail.ts'

const HELP = `asklake keys: who may ask the server (setting keys: ${'ASKLAKE_KEYS'}=keys.yaml or s3://bucket/keys.yaml)

  asklake keys add NAME [--rights read,feedback] [--datasets sales,stock] [--rate 60] [--concurrent 4]
                                     prints the key, once; only its hash is kept
  asklake keys list                  names, rights, datasets
  asklake keys revoke NAME           takes effect within seconds, without a restart

Rights: ${Object.entries(RIGHTS)
  .map(([name, { why }]) => `${name} (${why})`)
  .join('\n        ')}
Row policies and hidden columns are written into the file by hand: docs/security.md.
`

const OPTIONS = {
  rights: { type: 'string', default: 'read,feedback' },
  datasets: { type: 'string' },
  rate: { type: 'string' },
  concurrent: { type: 'string' },
  help: { type: 'boolean' },
} as const

interface Flags {
  rights: string
  datasets?: string | undefined
  rate?: string | undefined
  concurrent?: string | undefined
}

/** `asklake keys`: adds, lists and revokes keys in the file that setting `keys` names. */
export async function runKeys(args: string[]): Promise<number> {
  try {
    const { values: flags, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
    const [act = 'help', name = ''] = positionals
    if (flags.help || act === 'help') return print(HELP)
    const file = await openFile()
    if (act === 'list') return print(listing(await file.read()))
    if (act === 'add' && name !== '') return print(await add(name, flags, file))
    if (act === 'revoke' && name !== '') return print(await revoke(name, file))
    process.stderr.write(HELP)
    return 2
  } catch (thrown) {
    return fail(thrown)
  }
}

function print(text: string): number {
  process.stdout.write(`${text.trimEnd()}\n`)
  return 0
}

async function openFile(): Promise<KeyFile> {
  const settings = readSettings()
  if (settings.keys === '') {
    throw new Refusal('bad-setting', 'No key file is set.', { hint: 'Set ASKLAKE_KEYS, say to keys.yaml.' })
  }
  const folder = stateFolder(settings)
  await mkdir(folder, { recursive: true })
  return openKeyFile(settings, folder)
}

async function add(name: string, flags: Flags, file: KeyFile): Promise<string> {
  const { key, id, hash } = newKey()
  const entry = {
    id,
    name,
    hash,
    rights: flags.rights.split(',').map((right) => right.trim() as Right),
    datasets: flags.datasets === undefined ? '*' : flags.datasets.split(',').map((dataset) => dataset.trim()),
    ...(flags.rate === undefined ? {} : { rate_per_minute: Number(flags.rate) }),
    ...(flags.concurrent === undefined ? {} : { concurrent: Number(flags.concurrent) }),
    created: new Date().toISOString(),
  }
  await file.change((document) => document.addIn(['keys'], entry))
  return `${key}\n\nThis is shown once. Send it as: Authorization: Bearer ${key.slice(0, 17)}…`
}

async function revoke(name: string, file: KeyFile): Promise<string> {
  await file.change((document) => {
    const at = liveEntry(document, name)
    document.setIn(['keys', at, 'revoked'], new Date().toISOString())
  })
  return `${name} opens nothing any more.`
}

function liveEntry(document: Document, name: string): number {
  const { keys } = document.toJS({ maxAliasCount: 100 }) as { keys: KeyEntry[] }
  const at = keys.findIndex((entry) => entry.name === name && entry.revoked === undefined)
  if (at === -1)
    throw new Refusal('bad-request', `There is no key "${name}".`, { hint: '`asklake keys list` names them.' })
  return at
}

function listing(entries: KeyEntry[]): string {
  const rows = entries.map((entry) => [
    entry.name,
    entry.id,
    entry.rights.join(' '),
    entry.datasets === '*' ? 'all' : entry.datasets.join(' '),
    Object.keys({ ...entry.rows, ...entry.hidden }).length > 0 ? 'in part' : 'whole',
    entry.revoked === undefined ? (entry.created ?? '') : `revoked ${entry.revoked}`,
  ])
  const columns = ['name', 'id', 'rights', 'datasets', 'seen', 'since'].map((name) => ({ name, type: 'VARCHAR' }))
  return entries.length === 0 ? 'There are no keys yet.' : textTable({ columns, rows }, 120, 40)
}

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { listed } from '../attack/lists.ts'
import { openServed, type Said, type Served } from '../attack/served.ts'
import { CANARY } from '../attack/tenants.ts'
import { csvText } from '../fixtures/csv.ts'

const WORDS = listed<string>('words')
const folder = mkdtempSync(join(tmpdir(), 'asklake-words-'))

/** Columns get a number, so that all can stand in one table. */
const COLUMNS = WORDS.map((word, index) => `${word} ${index}`)

/** Tables named by a word; more would only make reading them slow. */
const FILES = 12

let served: Served

before(async () => {
  writeHostile(join(folder, 'hostile'))
  mkdirSync(join(folder, 'tenant_b'))
  writeFileSync(join(folder, 'tenant_b', 'secret.csv'), `id,secret_note\n1,${CANARY}1\n2,${CANARY}2\n`)
  served = await openServed(folder, 'embedded', { ASKLAKE_QUERY_TIMEOUT_MS: '5000' })
})
after(async () => {
  await served.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A dataset whose every place holds hostile words: cells, names of columns and files, datapackage.json with metrics. */
function writeHostile(path: string): void {
  mkdirSync(path)
  writeFileSync(
    join(path, 'notes.csv'),
    csvText([['id', 'amount', 'note'], ...WORDS.map((word, id) => [id, id * 3, word])]),
  )
  writeFileSync(
    join(path, 'wide.csv'),
    csvText([
      ['id', ...COLUMNS],
      [1, ...COLUMNS.map(() => 2)],
      [2, ...COLUMNS.map(() => 3)],
    ]),
  )
  for (const [index, word] of WORDS.slice(0, FILES).entries()) {
    const name = `${index} ${word.replaceAll('/', '').slice(0, 60)}`
    writeFileSync(join(path, `${name}.csv`), `id,number\n1,${index}\n2,5\n`)
  }
  const fields = ['id', 'amount', 'note'].map((name, index) => ({
    name,
    title: WORDS[index],
    description: WORDS.join('\n'),
    asklake: { synonyms: WORDS },
  }))
  const metrics = WORDS.map((word, index) => ({
    name: `measure ${index}`,
    expression: word,
    table: 'notes',
    synonyms: [word],
  }))
  const stolen = { name: 'stolen', expression: '(SELECT max(secret_note) FROM secret)', table: 'notes' }
  writeFileSync(
    join(path, 'datapackage.json'),
    JSON.stringify({
      title: WORDS[0],
      description: WORDS.join('\n'),
      resources: [{ name: 'notes', path: 'notes.csv', description: WORDS.join('\n'), schema: { fields } }],
      asklake: { metrics: [...metrics, stolen], questions: WORDS, synonyms: WORDS },
    }),
  )
}

/** What is wrong about an answer, or nothing: hostile words may be shown, and never obeyed. */
function fault(said: Said): string | undefined {
  if (said.status >= 500 && said.status !== 504) return `status ${said.status} ${said.text.slice(0, 300)}`
  if (said.text.includes(CANARY) || said.text.includes('root:x:')) return `shows ${said.text.slice(0, 300)}`
  return undefined
}

async function faults<T>(items: T[], ask: (item: T, index: number) => Promise<Said>): Promise<string[]> {
  const found: string[] = []
  for (const [index, item] of items.entries()) {
    const what = fault(await ask(item, index))
    if (what !== undefined) found.push(`${JSON.stringify(item)}: ${what}`)
  }
  return found
}

test('the catalog of a dataset full of hostile words is read, whatever they say', async () => {
  const said = await served.get('/v1/datasets/hostile')
  assert.equal(said.status, 200, said.text)
  assert.equal(fault(said), undefined)
  const { tables } = JSON.parse(said.text) as { tables: { name: string; columns: unknown[] }[] }
  assert.equal(tables.length, FILES + 2)
  assert.equal(fault(await served.get('/v1/datasets')), undefined)
})

test('as questions, alone and inside an ordinary one', async () => {
  const ask = (question: string) => served.post('/v1/ask', { dataset: 'hostile', question })
  assert.deepEqual(await faults(WORDS, ask), [])
  assert.deepEqual(await faults(WORDS, (word) => ask(`total amount of notes where note is ${word}`)), [])
})

test('as columns and as measures of datapackage.json', async () => {
  const ask = (question: string) => served.post('/v1/ask', { dataset: 'hostile', question })
  assert.deepEqual(
    await faults(
      COLUMNS.filter((_, index) => index % 3 === 0),
      (column) => ask(`total ${column} of wide`),
    ),
    [],
  )
  assert.deepEqual(await faults(WORDS, (_, index) => ask(`measure ${index} by note`)), [])
  assert.equal(fault(await ask('stolen of notes')), undefined)
})

test('as cells and chart titles, in every format', async () => {
  for (const [id, word] of WORDS.entries()) {
    const sql = `SELECT note, sum(amount) AS total FROM notes WHERE id IN (${id}, ${(id + 1) % WORDS.length}) GROUP BY note`
    const said = await served.post('/v1/sql', { dataset: 'hostile', sql, question: word.trim() === '' ? 'x' : word })
    assert.equal(said.status, 200, `${word}: ${said.text}`)
    const answer = JSON.parse(said.text) as { id: string; rows: [string][]; chart: object | null }
    assert.ok(
      answer.rows.some(([note]) => note === word),
      word,
    )
    for (const format of ['csv', 'arrow', 'parquet', ...(id % 6 === 0 && answer.chart !== null ? ['svg'] : [])]) {
      const file = await served.get(`/v1/answers/${answer.id}?format=${format}`)
      assert.equal(file.status, 200, `${format} ${word} ${file.text.slice(0, 200)}`)
      if (format !== 'svg') continue
      const tags = file.text.match(/<\w+(?:\s+[\w:-]+="[^"]*")*\s*\/?>/g) ?? []
      const names = tags.map((tag) => tag.replace(/"[^"]*"/g, '""'))
      assert.ok(names.length > 10, word)
      assert.deepEqual(
        names.filter((tag) => /^<(?:script|img)|\son\w+=/i.test(tag)),
        [],
        word,
      )
      assert.doesNotMatch(file.text, /<(?:script|img)/i)
    }
  }
})

test('nothing of all that was a bug', () => {
  assert.deepEqual(served.warned, [])
})

import assert from 'node:assert/strict'
import { type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { COMPLETED } from '../../functions/cli/completion.ts'
import { endingOf } from '../../functions/cli/piped.ts'
import { showProgress } from '../../functions/cli/progress.ts'
import { terminalOf } from '../../functions/cli/terminal.ts'
import { textTable } from '../../functions/text-table.ts'

const state = mkdtempSync(join(tmpdir(), 'asklake-cli-'))
after(() => rmSync(state, { recursive: true, force: true }))

const CLI = ['--import', 'tsx', 'functions/cli.ts']
const SLOW = 'SELECT count(*) FROM Orders a, Orders b, Orders c, Orders d WHERE a.Freight + b.Freight > c.Freight'

interface Ended {
  code: number | null
  out: string
  err: string
}

/** Runs asklake to its end; `input` is piped in by a shell. */
function asklake(args: string[], given: { input?: string; env?: Record<string, string> } = {}): Promise<Ended> {
  const { ASKLAKE_DATA: _data, NO_COLOR: _no, FORCE_COLOR: _force, ...env } = process.env
  const options: SpawnOptions = {
    env: { ...env, ASKLAKE_STATE_DIR: state, ...given.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  }
  const command = [process.execPath, ...CLI, ...args]
  // A shell's pipe, as people have it; Node's own is a socket.
  const file = join(state, 'piped')
  if (given.input !== undefined) writeFileSync(file, given.input)
  const child =
    given.input === undefined
      ? spawn(process.execPath, [...CLI, ...args], options)
      : spawn('bash', ['-c', 'cat "$0" | "$@"', file, ...command], options)
  let [out, err] = ['', '']
  child.stdout?.on('data', (part) => (out += part))
  child.stderr?.on('data', (part) => (err += part))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })))
}

test('a question of the examples: words, table, chart, SQL; no colours into a pipe', async () => {
  const { code, out } = await asklake(['ask', 'number of orders per ship country, top 3', '--dataset', 'northwind'])
  assert.equal(code, 0)
  assert.match(out, /USA/)
  assert.match(out, /█/)
  assert.ok(!out.includes('\u001b['))
})

test('data piped in is a file named stdin; colours when forced; a width is kept to', async () => {
  const input = 'city,people\nParis,2100000\nRome,2800000\nBerlin,3600000\n'
  const { code, out, err } = await asklake(['ask', 'average people by city'], {
    input,
    env: { FORCE_COLOR: '1', COLUMNS: '40' },
  })
  assert.equal(code, 0, err)
  assert.match(out, /FROM stdin/)
  assert.ok(out.includes('\u001b[1m'))
  const table = out.split('\n').filter((line) => /Berlin|Paris/.test(line))
  assert.ok(table.length > 0 && table.every((line) => line.length <= 40))
})

test('JSON and CSV for programs; refusals end with 1, wrong usage with 2', async () => {
  const csv = await asklake([
    'ask',
    '--csv',
    '--data',
    'examples',
    '--dataset',
    'northwind',
    '--sql',
    'SELECT 1 AS one',
  ])
  assert.equal(csv.out, 'one\r\n1\r\n')
  const json = await asklake(['ask', '--json', '--dataset', 'northwind', '--sql', 'SELECT 1 AS one'])
  assert.deepEqual(JSON.parse(json.out).rows, [[1]])
  const refused = await asklake(['ask', 'zebra stripes of unicorn foals', '--dataset', 'northwind'])
  assert.deepEqual([refused.code, refused.out], [1, ''])
  assert.equal((await asklake(['ask', '--colour'])).code, 2)
  assert.equal((await asklake(['dance'])).code, 2)
})

test('what cannot be done is said in the words of a terminal, without a trace of the program', async () => {
  const select = ['--dataset', 'northwind', '--sql', 'SELECT ShipCountry, count(*) AS n FROM Orders GROUP BY 1']
  const cases: [args: string[], code: number, said: RegExp][] = [
    [['number of orders', '--dataset', 'nowhere'], 1, /northwind.*--dataset NAME/s],
    [['number of orders', '--chart', 'cake'], 2, /--chart cake is no kind.*bar/s],
    [['number of orders', '--limit', '0'], 2, /--limit 0/],
    [[...select, '--png', '/proc/nothing/x.png'], 2, /\/proc\/nothing\/x\.png cannot be opened \(ENOENT\)/],
  ]
  for (const [args, code, said] of cases) {
    const ended = await asklake(['ask', ...args])
    assert.equal(ended.code, code, ended.err)
    assert.match(ended.err, said)
    assert.doesNotMatch(ended.err, /GET \/v1|\n {4}at /)
  }
})

test('a table is never wider than it may be: what does not fit is counted', () => {
  const columns = Array.from({ length: 11 }, (_, at) => ({ name: `column${at}`, type: 'VARCHAR' }))
  const lines = textTable({ columns, rows: [columns.map(({ name }) => `${name} is long`)] }, 30, 10).split('\n')
  assert.ok(lines.every((line) => line.length <= 30))
  assert.equal(lines.at(-1), '… and 7 more columns')
  assert.doesNotMatch(textTable({ columns, rows: [] }, 100, 10), /more/)
})

const noTerminal = spawnSync('script', ['--version']).status === 0 ? false : 'needs script of util-linux for a terminal'

test('in a terminal the steps are shown, and Ctrl-C cancels the query and ends with 130', {
  skip: noTerminal,
}, async () => {
  const command = `${process.execPath} ${CLI.join(' ')} ask --data examples --dataset northwind --sql '${SLOW}'`
  const child = spawn('script', ['-qfec', command, '/dev/null'], {
    env: { ...process.env, ASKLAKE_STATE_DIR: state, ASKLAKE_QUERY_TIMEOUT_MS: '60000', TERM: 'xterm' },
  })
  let out = ''
  let pressed = false
  child.stdout.on('data', (part) => {
    out += part
    if (pressed || !/execute …/.test(out)) return
    pressed = true
    child.stdin.write('\u0003')
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  assert.match(out, /catalog \d+ ms/)
  assert.match(out, /Cancelled/)
  assert.equal(code, 130)
})

test('chat: follow-ups, commands, a history', async () => {
  const csv = join(state, 'rows.csv')
  const input = ['number of orders per ship country', 'only France', ':sql', `:csv ${csv}`, ':dance', ':quit'].join(
    '\n',
  )
  const { code, out, err } = await asklake(['chat', '--data', 'examples', '--dataset', 'northwind'], { input })
  assert.equal(code, 0, err)
  assert.match(out, /Germany/)
  assert.match(out, /WHERE .*France/)
  assert.match(out, /There is no :dance/)
  assert.match(readFileSync(csv, 'utf8'), /France,77/)
  assert.match(readFileSync(join(state, 'chat-history'), 'utf8'), /^number of orders per ship country\nonly France\n/)
})

test('completion works in a real bash', async () => {
  const { out: script } = await asklake(['completion', 'bash'])
  const complete = (...words: string[]) => {
    const line = `${script}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _asklake; echo "\${COMPREPLY[*]}"`
    return spawnSync('bash', ['--norc', '-c', line], { encoding: 'utf8' }).stdout.trim()
  }
  assert.equal(complete('asklake', 'ch'), 'chat')
  assert.equal(complete('asklake', 'ask', '--cs'), '--csv')
  assert.match(complete('asklake', 'ask', '--chart', 'p'), /^pie$/)
  assert.equal(complete('asklake', 'completion', 'z'), 'zsh')
  assert.match(complete('asklake', 'ask', '--data', 'exa'), /^examples$/)
})

test('every command is completed, in every shell', async () => {
  const text = readFileSync('functions/cli.ts', 'utf8')
  const named = /const COMMANDS[^{]*= \{([^}]*)\}/.exec(text)?.[1] ?? ''
  assert.deepEqual(Object.keys(COMPLETED).sort(), [...named.matchAll(/(\w+):/g)].map((found) => found[1]).sort())
  const { out } = await asklake(['completion', 'fish'])
  assert.match(out, /-l chart .*pie/)
})

test('Slack’s manifest, and the page with it filled in', async () => {
  const { out } = await asklake(['slack', 'manifest', '--url', 'https://ask.example/lake/'])
  const manifest = JSON.parse(out)
  assert.equal(manifest.features.slash_commands[0].url, 'https://ask.example/lake/slack/events')
  assert.equal(manifest.settings.interactivity.request_url, 'https://ask.example/lake/slack/events')
  const { out: link } = await asklake(['slack', 'manifest', '--url', 'https://ask.example', '--link'])
  assert.equal(new URL(link).host, 'api.slack.com')
  assert.equal((await asklake(['slack', 'manifest', '--url', 'http://ask.example'])).code, 2)
})

test('what is piped in is known by its first bytes', () => {
  const cases: [string | number[], string][] = [
    ['PAR1xxxx', 'parquet'],
    [[0x1f, 0x8b, 8, 0], 'csv.gz'],
    [[0x28, 0xb5, 0x2f, 0xfd], 'csv.zst'],
    ['{"a":1}\n{"a":2}', 'json'],
    ['\n [1]', 'json'],
    ['a\tb\n1\t2', 'tsv'],
    ['a,b\n1,2', 'csv'],
    ['a', 'csv'],
  ]
  for (const [head, ending] of cases) assert.equal(endingOf(Buffer.from(head as string)), ending)
})

test('colours: where a person watches, unless NO_COLOR; forced by FORCE_COLOR', () => {
  const colours = (isTTY: boolean, env: Record<string, string>) => terminalOf({ isTTY }, env).colours
  assert.deepEqual(
    [colours(true, {}), colours(false, {}), colours(true, { NO_COLOR: '1' }), colours(false, { FORCE_COLOR: '1' })],
    [true, false, false, true],
  )
  assert.deepEqual(
    [colours(true, { TERM: 'dumb' }), colours(true, { NO_COLOR: '' }), colours(false, { FORCE_COLOR: '0' })],
    [false, true, false],
  )
})

test('progress is one line no wider than the terminal, gone at the end; nothing where nobody watches', () => {
  const written: string[] = []
  const stream = { write: (text: string) => written.push(text) }
  const progress = showProgress(stream, terminalOf({ isTTY: true, columns: 30 }, { NO_COLOR: '1' }))
  for (const step of ['catalog', 'link', 'draft', 'execute']) {
    progress.listener({ step, state: 'start' })
    progress.listener({ step, state: 'end', ms: 12.3 })
  }
  progress.clear()
  assert.ok(written.every((text) => text.replace('\r\u001b[K', '').length < 30))
  assert.match(written.at(-2) ?? '', /execute 12 ms$/)
  assert.equal(written.at(-1), '\r\u001b[K')
  written.length = 0
  showProgress(stream, terminalOf({}, {})).listener({ step: 'catalog', state: 'start' })
  assert.deepEqual(written, [])
})

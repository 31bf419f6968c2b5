import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Served, serve } from '../browser/served.ts'

/** The snippets of the README, run as they are printed but for the server's port. Python is where asklake was installed: PYTHON, or the client's suite's own. */
const PYTHON = process.env['PYTHON'] ?? '.cache/python-client/bin/python'
const place = mkdtempSync(join(tmpdir(), 'asklake-readme-'))
let served: Served

before(async () => {
  served = await serve()
})
after(async () => {
  await served?.close()
  rmSync(place, { recursive: true })
})

/** The block of a language that holds a text. */
function snippet(language: string, holding: string): string {
  const blocks = readFileSync('README.md', 'utf8').matchAll(/```(\w+)\n([\s\S]*?)```/g)
  const found = [...blocks].find(([, kind, text]) => kind === language && text?.includes(holding))
  assert.ok(found?.[2], `the README has a block of ${language} with ${holding}`)
  return found[2].replaceAll('http://127.0.0.1:8787', served.address)
}

function run(program: string, args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child: ChildProcess = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ASKLAKE_STATE_DIR: join(place, 'state') },
  })
  let [out, err] = ['', '']
  child.stdout?.on('data', (part) => (out += part))
  child.stderr?.on('data', (part) => (err += part))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })))
}

test('one question by curl', async () => {
  const { code, out, err } = await run('bash', ['-ec', snippet('sh', '/v1/ask -H')])
  assert.equal(code, 0, err)
  const answer = JSON.parse(out)
  assert.ok(Array.isArray(answer.rows), out)
  const printed = Object.keys(JSON.parse(snippet('json', '"explanation"')))
  assert.deepEqual(
    printed.filter((key) => key !== '…' && !(key in answer)),
    [],
  )
})

test('dashboards, terminal and Slack, one after the other', async () => {
  const { code, out, err } = await run('bash', ['-euo', 'pipefail', '-c', snippet('sh', 'asklake slack manifest')])
  assert.equal(code, 0, err)
  assert.match(out, /^ShipCountry,/m)
  assert.match(out, /<asklake-panel src=/)
  assert.match(out, /FROM Orders/)
  assert.match(out, /FROM stdin/)
  assert.match(out, /^https:\/\/api\.slack\.com\/apps\?/m)
})

test('Python', { skip: existsSync(PYTHON) ? false : 'needs a Python in which the client is installed' }, async () => {
  const { code, out, err } = await run(PYTHON, ['-c', `${snippet('python', 'import asklake')}\nprint(answer.df.shape)`])
  assert.equal(code, 0, err)
  assert.match(out, /^\(\d+, \d+\)$/m)
})

test('TypeScript', async () => {
  const source = snippet('ts', 'connect()')
  const file = join(place, 'snippet.mts')
  const client = JSON.stringify(join(process.cwd(), 'clients/typescript/client.ts'))
  const local = source.replace(/'\.\/clients\/typescript\/client\.ts'/, client)
  assert.notEqual(local, source)
  writeFileSync(file, local.replace('connect()', `connect({ url: '${served.address}' })`))
  const { code, out, err } = await run(process.execPath, ['--import', 'tsx', file])
  assert.equal(code, 0, err)
  assert.match(out, /ShipCountry/)
})

import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { after, test } from 'node:test'

const ROOT = join(import.meta.dirname, '../..')
const children: ChildProcess[] = []
after(() => {
  for (const child of children) child.kill('SIGKILL')
})

interface Run {
  child: ChildProcess
  /** Resolves with the first line of standard output. */
  line: Promise<string>
  ended: Promise<{ code: number | null; errors: string }>
}

function run(args: string[], env: Record<string, string> = {}): Run {
  const given = { ...process.env, PORT: '0', ASKLAKE_LLM_THREADS: '1', ...env }
  const child = spawn(process.execPath, ['--import', 'tsx', 'functions/cli.ts', 'model', ...args], {
    cwd: ROOT,
    env: given,
  })
  children.push(child)
  let errors = ''
  child.stderr?.on('data', (part) => {
    errors += part
  })
  const line = new Promise<string>((resolve) => child.stdout?.once('data', (part) => resolve(String(part))))
  const ended = new Promise<{ code: number | null; errors: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, errors }))
  })
  return { child, line, ended }
}

test('asklake model serve: serves on a port, finishes what was begun when it is told to stop', async () => {
  const { child, line, ended } = run(['serve', '--weights', 'model/llm/weights'])
  const [url = assert.fail('no address')] = /http:\S+\/v1/.exec(await line) ?? []
  const body = { messages: [{ role: 'user', content: 'hi' }], max_tokens: 40, temperature: 0, stream: true }
  const response = await fetch(`${url}/chat/completions`, { method: 'POST', body: JSON.stringify(body) })
  child.kill('SIGTERM')
  assert.match(await response.text(), /data: \[DONE\]\n\n$/)
  const { code, errors } = await ended
  assert.deepEqual([code, errors], [0, ''])
})

const WRONG: [name: string, args: string[], env: Record<string, string>, code: number, words: RegExp][] = [
  ['no folder named', ['serve'], {}, 2, /model serve --weights FOLDER/],
  ['a folder that holds no model', ['serve', '--weights', 'docs'], {}, 1, /config\.json cannot be read/],
  [
    'a provider nobody knows',
    ['serve', '--weights', 'model/llm/weights'],
    { ASKLAKE_LLM_PROVIDER: 'tpu' },
    1,
    /it is cpu or cuda/,
  ],
  [
    'an open address without a key',
    ['serve', '--weights', 'model/llm/weights'],
    { ASKLAKE_HOST: '0.0.0.0' },
    1,
    /llm_key/,
  ],
]

for (const [name, args, env, code, words] of WRONG) {
  test(`asklake model: ${name}`, async () => {
    const ended = await run(args, env).ended
    assert.equal(ended.code, code)
    assert.match(ended.errors, words)
  })
}

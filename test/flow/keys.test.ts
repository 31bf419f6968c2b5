import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { parse } from 'yaml'
import { openedBy, readEntries } from '../../functions/access/keys.ts'

const folder = mkdtempSync(join(tmpdir(), 'asklake-cli-keys-'))
const path = join(folder, 'keys.yaml')
after(() => rmSync(folder, { recursive: true }))

const START = ['--import', 'tsx', 'functions/cli.ts']
const env = (more: Record<string, string> = {}) => ({
  ...process.env,
  ASKLAKE_KEYS: path,
  ASKLAKE_STATE_DIR: join(folder, 'state'),
  ...more,
})

function cli(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...START, ...args], { env: env() }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    )
  })
}

const entries = () => readEntries(parse(readFileSync(path, 'utf8')))

describe('asklake keys', () => {
  test('adds a key that is shown once, lists it, revokes it, and leaves what people wrote in the file', async () => {
    const added = await cli(
      'keys',
      'add',
      'sales board',
      '--datasets',
      'northwind',
      '--rights',
      'read,sql',
      '--rate',
      '30',
    )
    assert.equal(added.code, 0, added.err)
    const key = added.out.split('\n')[0] ?? ''
    assert.match(key, /^asklake_[0-9a-f]{8}_[\w-]{43}$/)
    const [entry] = entries()
    assert.equal(openedBy(key, entries())?.name, 'sales board')
    assert.deepEqual(
      [entry?.name, entry?.rights, entry?.datasets, entry?.rate_per_minute],
      ['sales board', ['read', 'sql'], ['northwind'], 30],
    )
    writeFileSync(path, `# ask Ann before changing this\n${readFileSync(path, 'utf8')}`)
    const listed = await cli('keys', 'list')
    assert.match(listed.out, /sales board.*read sql.*northwind/)
    assert.ok(!listed.out.includes(key.split('_')[2] ?? '') && !listed.out.includes(entry?.hash ?? ''))
    assert.equal((await cli('keys', 'revoke', 'sales board')).code, 0)
    assert.equal(openedBy(key, entries()), undefined)
    assert.match(readFileSync(path, 'utf8'), /ask Ann/)
    assert.equal((await cli('keys', 'revoke', 'sales board')).code, 2)
  })

  test('what cannot be a key is refused and the file is left as it was', async () => {
    await cli('keys', 'add', 'one')
    const before = readFileSync(path, 'utf8')
    for (const args of [['one'], ['two', '--rights', 'write'], ['a\nb'], ['three', '--rate', '-1'], ['everyone']]) {
      assert.notEqual((await cli('keys', 'add', ...args)).code, 0, args.join(' '))
    }
    assert.equal(readFileSync(path, 'utf8'), before)
  })
})

describe('asklake serve', () => {
  test('without keys it does not answer on an address that others reach', async () => {
    const started = spawn(process.execPath, [...START, 'serve'], {
      env: env({ ASKLAKE_KEYS: '', ASKLAKE_HOST: '0.0.0.0', PORT: '0' }),
    })
    let err = ''
    started.stderr.on('data', (part) => {
      err += part
    })
    const code = await new Promise((resolve) => started.once('exit', resolve))
    assert.equal(code, 1)
    assert.match(err, /ASKLAKE_KEYS/)
  })

  test('wrong keys of one address are soon told to wait; a right one from there never is', async () => {
    const key = (await cli('keys', 'add', 'right')).out.split('\n')[0] ?? ''
    const started = spawn(process.execPath, [...START, 'serve'], {
      env: env({ PORT: '0', ASKLAKE_WRONG_KEYS_PER_MINUTE: '2', ASKLAKE_LOG_REQUESTS: 'false' }),
    })
    const url = await new Promise<string>((resolve) => {
      started.stdout.on('data', (part) => resolve(/http:\S+/.exec(String(part))?.[0] ?? ''))
    })
    const status = async (presented: string) => {
      const response = await fetch(`${url}/v1/datasets`, { headers: { authorization: `Bearer ${presented}` } })
      await response.body?.cancel()
      return [response.status, response.headers.has('retry-after')]
    }
    assert.deepEqual(await status('wrong'), [401, false])
    assert.deepEqual(await status(`${key.slice(0, -1)}!`), [401, false])
    assert.deepEqual(await status('wrong'), [429, true])
    assert.deepEqual(await status(key), [200, false])
    started.kill('SIGTERM')
    await new Promise((resolve) => started.once('exit', resolve))
  })
})

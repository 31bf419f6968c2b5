import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createApi } from '../../functions/api.ts'
import type { Answer } from '../../src/answer.ts'
import type { Replay } from '../../src/replay.ts'
import { scriptedDeployment } from './deployment.ts'

/** What stays when the program ends: permalinks, approvals, signed links; and `asklake test`, a program of its own. */
const folder = mkdtempSync(join(tmpdir(), 'asklake-restart-'))
const data = join(folder, 'data')
const QUESTION = 'number of orders'
const SCRIPT = { [QUESTION]: [{ sql: 'SELECT count(*) AS n FROM Orders' }] }

before(() => cpSync('examples/northwind', join(data, 'shop'), { recursive: true }))
after(() => rmSync(folder, { recursive: true, force: true }))

type App = ReturnType<typeof createApi>

/** The program over the same folders as before, for as long as `body` runs. */
async function started(env: Record<string, string>, body: (app: App) => Promise<void>): Promise<void> {
  const scripted = await scriptedDeployment(data, SCRIPT, env)
  try {
    await body(createApi(scripted.deployment))
  } finally {
    await scripted.close()
  }
}

async function post<T>(app: App, path: string, body: object = {}): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  const response = await app.request(path, { method: 'POST', headers, body: JSON.stringify(body) })
  const text = await response.text()
  assert.ok(response.ok, text)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

const PLACES = {
  'one machine': () => ({ ASKLAKE_STATE_DIR: join(folder, 'state') }),
  'a shared folder, another machine': () => ({
    ASKLAKE_STATE_DIR: mkdtempSync(join(folder, 'machine-')),
    ASKLAKE_SHARED: join(folder, 'shared'),
  }),
}

for (const [place, env] of Object.entries(PLACES)) {
  test(`${place}: a permalink, an approval and a signed link outlive the program`, async () => {
    let kept: Answer | undefined
    let link = ''
    await started(env(), async (app) => {
      kept = await post<Answer>(app, '/v1/ask', { question: QUESTION, dataset: 'shop' })
      await post(app, `/v1/answers/${kept.id}/feedback`, { verdict: 'up' })
      link = (await post<{ url: string }>(app, '/v1/embeds', { answer: kept.id })).url
    })
    appendFileSync(join(data, 'shop', 'Shippers.csv'), '9,Another Shipper,(503) 555-0000\n')
    await started(env(), async (app) => {
      assert.deepEqual(await (await app.request(`/v1/answers/${kept?.id}`)).json(), kept)
      const again = await post<Replay>(app, `/v1/answers/${kept?.id}/replay`)
      assert.deepEqual(again.changed.data.files, [{ path: 'Shippers.csv', change: 'changed' }])
      const asked = await post<Answer>(app, '/v1/ask', { question: `Please show ${QUESTION}`, dataset: 'shop' })
      assert.notEqual(asked.plan.verified, undefined)
      const panel = await app.request(`/embed/answer${new URL(link).search}`)
      assert.deepEqual(((await panel.json()) as Answer).rows, [[830]])
    })
  })
}

describe('asklake test', () => {
  const env = { ASKLAKE_STATE_DIR: join(folder, 'tested') }
  const approve = (app: App, question: string, sql: string) =>
    post(app, '/v1/datasets/shop/verified', { question, sql })

  function asklakeTest(...args: string[]): Promise<{ code: number | null; lines: Record<string, unknown>[] }> {
    const child = spawn(process.execPath, ['--import', 'tsx', 'functions/cli.ts', 'test', '--data', data, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let out = ''
    child.stdout.on('data', (part) => (out += part))
    return new Promise((resolve) =>
      child.once('close', (code) => {
        const lines = out.split('\n').filter((line) => line.startsWith('{'))
        resolve({ code, lines: lines.map((line) => JSON.parse(line)) })
      }),
    )
  }

  test('0 while all stands, also when rows have changed; 1 when columns have, or the SQL runs no more', async () => {
    const extra = join(data, 'shop', 'Extra.csv')
    writeFileSync(extra, 'id,color\n1,red\n')
    await started(env, async (app) => {
      await approve(app, 'shippers by id', 'SELECT ShipperID FROM Shippers ORDER BY 1')
      await approve(app, 'everything extra', 'SELECT * FROM Extra ORDER BY id')
    })
    const fine = await asklakeTest('--json')
    assert.equal(fine.code, 0)
    assert.deepEqual([fine.lines.at(-1)?.['tested'], fine.lines.at(-1)?.['failed']], [2, 0])

    appendFileSync(join(data, 'shop', 'Shippers.csv'), '10,One More,(503) 555-0000\n')
    const more = await asklakeTest('--json', 'shop')
    assert.equal(more.code, 0)

    writeFileSync(extra, 'id,colour\n1,red\n')
    const shape = await asklakeTest('--json')
    assert.deepEqual([shape.code, shape.lines[1]?.['drift']], [1, 'shape'])
    assert.match(String(shape.lines[1]?.['detail']), /id, color → id, colour/)

    rmSync(extra)
    const broken = await asklakeTest('--json')
    assert.deepEqual([broken.code, broken.lines[1]?.['drift'], broken.lines[1]?.['fails']], [1, 'broken', true])
  })

  test('exported as cases; an unknown dataset is refused', async () => {
    const file = join(folder, 'cases.yaml')
    assert.equal((await asklakeTest('--export', file)).code, 0)
    assert.match(readFileSync(file, 'utf8'), /question: shippers by id/)
    assert.equal((await asklakeTest('nowhere')).code, 1)
  })
})

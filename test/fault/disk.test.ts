import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { newState, QUESTION, type Running, startServer } from './running.ts'

const folder = newState()
const mounted: string[] = []
after(() => {
  for (const place of mounted) execFileSync('umount', [place])
  rmSync(folder, { recursive: true, force: true })
})

/** A small file system of its own, where mounting one is permitted; undefined where not. */
function mount(name: string, options: string): string | undefined {
  const place = join(folder, name)
  mkdirSync(place)
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', place])
  if (status !== 0) return undefined
  mounted.push(place)
  return place
}

/** What holds of a server that cannot write: it answers, says so, refuses feedback it cannot keep, and is still up. */
async function answersUnkept(server: Running): Promise<void> {
  for (const question of [QUESTION.question, 'number of orders by employee']) {
    const asked = await server.post('/v1/ask', { ...QUESTION, question })
    const answer = await asked.json()
    assert.equal(asked.status, 200, server.told())
    assert.ok(answer.row_count > 3)
    const said = await server.post(`/v1/answers/${answer.id}/feedback`, { verdict: 'up' })
    assert.equal(said.status, 503, server.told())
    assert.equal((await said.json()).code, 'store-unavailable')
  }
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200)
  assert.match(server.told(), /ENOSPC|EFBIG|EROFS|EACCES|ENOENT/)
  server.child.kill('SIGTERM')
  assert.equal(await server.ended, 0)
}

function partsOf(place: string): string[] {
  const files = readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.filter(({ name }) => name.endsWith('.json')).map((entry) => join(entry.parentPath, entry.name))
}

test('on a full disk questions are answered, feedback is refused, and no file is torn', async (context: TestContext) => {
  const full = mount('full', 'size=64k')
  if (full === undefined) return context.skip('needs the right to mount; the next test fills no disk')
  fill(full)
  await answersUnkept(await startServer(full))
  for (const file of partsOf(full)) JSON.parse(readFileSync(file, 'utf8'))
})

test('so it is where no file may grow: RLIMIT_FSIZE', async () => {
  const state = join(folder, 'limited')
  // The signal that tells of the limit is ignored, so that writes fail as on a full disk.
  await answersUnkept(await startServer(state, {}, "trap '' XFSZ; ulimit -f 0;"))
  for (const file of partsOf(state)) JSON.parse(readFileSync(file, 'utf8'))
})

function fill(place: string): void {
  try {
    for (let i = 0; ; i++) writeFileSync(join(place, `fill${i}`), Buffer.alloc(4096))
  } catch (problem) {
    assert.equal((problem as NodeJS.ErrnoException).code, 'ENOSPC')
  }
}

test('on a read-only disk questions are answered and feedback is refused', async (context) => {
  const isRoot = process.getuid?.() === 0
  const mounted = mount('read-only', 'size=64k,ro')
  if (mounted === undefined && isRoot) return context.skip('root writes where it may not mount')
  const place = mounted ?? join(folder, 'forbidden')
  if (mounted === undefined) {
    mkdirSync(place, { recursive: true })
    chmodSync(place, 0o555)
  }
  context.diagnostic(mounted === undefined ? 'a folder without the right to write' : 'a read-only file system: tmpfs')
  await answersUnkept(await startServer(join(place, 'state')))
})

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Running, startServer } from '../fault/running.ts'

/** Where `.ci/run` puts schemathesis. */
const PROGRAM = process.env['ASKLAKE_SCHEMATHESIS'] ?? '.cache/schemathesis/bin/schemathesis'
const EXAMPLES = process.env['ASKLAKE_FUZZ_EXAMPLES'] ?? '15'

const state = mkdtempSync(join(tmpdir(), 'asklake-openapi-'))
let server: Running

before(async () => {
  server = await startServer(state, { ASKLAKE_LOG_REQUESTS: 'false', ASKLAKE_QUERY_TIMEOUT_MS: '5000' })
})
after(async () => {
  server.child.kill('SIGTERM')
  await server.ended
  rmSync(state, { recursive: true, force: true })
})

test('requests made from the OpenAPI document get what it documents', (context) => {
  assert.ok(existsSync(PROGRAM), `${PROGRAM} is missing: .ci/run installs it`)
  const config = new URL('schemathesis.toml', import.meta.url).pathname
  const kind = ['--phases', 'examples,coverage,fuzzing', '--max-examples', EXAMPLES, '--seed', '1']
  const args = ['--config-file', config, 'run', `${server.url}/openapi.json`, ...kind, '--suppress-health-check', 'all']
  const { status, stdout } = spawnSync(PROGRAM, args, { encoding: 'utf8', maxBuffer: 2 ** 28 })
  context.diagnostic(/.*generated, .*/.exec(stdout)?.[0]?.trim() ?? 'no summary')
  assert.equal(status, 0, stdout.slice(-20_000))
  assert.equal(server.told(), '')
})

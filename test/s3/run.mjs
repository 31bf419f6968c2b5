// Runs the S3 contract suites against a full S3 server: versitygw over a temporary folder, built by Go when it is not there.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'

const VERSION = 'v1.8.0'
const KEYS = { access: 'test-access', secret: 'test-secret' }
const built = resolve('.cache/bin')

function found() {
  const folders = [built, ...(process.env.PATH ?? '').split(delimiter)]
  return folders.map((folder) => join(folder, 'versitygw')).find((path) => existsSync(path))
}

function buildServer() {
  if (spawnSync('go', ['version']).status !== 0) return undefined
  mkdirSync(built, { recursive: true })
  const env = { ...process.env, GOBIN: built }
  spawnSync('go', ['install', `github.com/versity/versitygw/cmd/versitygw@${VERSION}`], { stdio: 'inherit', env })
  return found()
}

const freePort = () =>
  new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => done(port))
    })
  })

async function answers(endpoint) {
  for (let tries = 0; tries < 200; tries++) {
    if (
      await fetch(endpoint).then(
        () => true,
        () => false,
      )
    )
      return
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error(`no answer from ${endpoint}`)
}

const program = found() ?? buildServer()
if (program === undefined) {
  console.log('left out: neither versitygw nor Go to build it with')
  process.exit(0)
}
const folder = mkdtempSync(join(tmpdir(), 'asklake-versitygw-'))
for (const name of ['data/bucket', 'meta']) mkdirSync(join(folder, name), { recursive: true })
const port = await freePort()
const endpoint = `http://127.0.0.1:${port}`
const server = spawn(
  program,
  [
    '--port',
    `127.0.0.1:${port}`,
    '--region',
    'us-east-1',
    '--quiet',
    'posix',
    '--sidecar',
    join(folder, 'meta'),
    join(folder, 'data'),
  ],
  {
    env: { ...process.env, ROOT_ACCESS_KEY: KEYS.access, ROOT_SECRET_KEY: KEYS.secret },
    stdio: ['ignore', 'ignore', 'inherit'],
  },
)
let status = 1
try {
  await answers(endpoint)
  const env = {
    ...process.env,
    S3_TEST_ENDPOINT: endpoint,
    S3_TEST_BUCKET: 'bucket',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: KEYS.access,
    AWS_SECRET_ACCESS_KEY: KEYS.secret,
  }
  const files = ['test/contract/s3.test.ts', 'test/contract/store.test.ts', 'test/contract/lease.test.ts']
  status = spawnSync('node', ['test/run.mjs', ...files], { stdio: 'inherit', env }).status ?? 1
} finally {
  server.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}
process.exit(status)

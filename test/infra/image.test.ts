import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { after, test } from 'node:test'
import { startS3 } from '../s3/server.ts'
import { CREDENTIALS } from '../s3/signature.ts'

const WEIGHTS = 'model/llm/weights'
const KEY = 'a-key-of-the-model-server'

const folder = mkdtempSync(join(tmpdir(), 'asklake-image-'))
after(() => rmSync(folder, { recursive: true }))

function filesBelow(top: string): string[] {
  return readdirSync(top).flatMap((name) => {
    const path = join(top, name)
    return statSync(path).isDirectory() ? filesBelow(path) : [path]
  })
}

test('the container’s program pulls real weights, serves them to who has the key, is healthy, and ends when told', async () => {
  const s3 = await startS3('weights')
  const sums = filesBelow(WEIGHTS).map((path) => {
    const body = readFileSync(path)
    s3.set('weights', `small/${relative(WEIGHTS, path)}`, body)
    return `${createHash('sha256').update(body).digest('hex')}  ${relative(WEIGHTS, path)}\n`
  })
  s3.set('weights', 'small/SHA256SUMS', sums.join(''))
  const env = {
    ...process.env,
    ASKLAKE_MODEL_WEIGHTS: 's3://weights/small',
    ASKLAKE_WEIGHTS_DIR: join(folder, 'weights'),
    ASKLAKE_S3_ENDPOINT: s3.endpoint,
    ASKLAKE_STATE_DIR: join(folder, 'state'),
    // As the image and its task set them, but for the provider: there is no GPU here.
    ASKLAKE_HOST: '0.0.0.0',
    ASKLAKE_LLM_KEY: KEY,
    ASKLAKE_LLM_PROMPT: 'compact',
    PORT: '0',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  }
  const child = spawn(process.execPath, ['infra/image/start.mjs'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)))
  let said = ''
  const port = await new Promise<string>((found, fail) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => {
        said += part
        const at = /on http:\/\/0\.0\.0\.0:(\d+)\/v1/.exec(said)
        if (at) found(at[1] as string)
      })
    ended.then((code) => fail(new Error(`ended with ${code}: ${said}`)))
  })
  assert.match(said, /^pulled onnx\/model_q4\.onnx$/m)
  const healthy = () => spawnSync(process.execPath, ['infra/image/healthy.mjs'], { env: { ...env, PORT: port } }).status
  assert.equal(healthy(), 0)
  const asked = (headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'How many orders?' }], max_tokens: 4 }),
    })
  assert.equal((await asked({})).status, 401)
  const answered = await asked({ authorization: `Bearer ${KEY}` })
  assert.equal(answered.status, 200, await answered.clone().text())
  assert.equal(((await answered.json()) as { choices: unknown[] }).choices.length, 1)
  child.kill('SIGTERM')
  assert.equal(await ended, 0)
  assert.equal(healthy(), 1)
  await s3.close()
})

test('the image’s steps name files and settings that exist', () => {
  const text = readFileSync('infra/image/Dockerfile', 'utf8')
  const settings = readFileSync('src/settings.ts', 'utf8')
  for (const [, name] of text.matchAll(/ASKLAKE_(\w+)=/g))
    assert.match(settings, new RegExp(`^  ${name?.toLowerCase()}: \\{`, 'm'))
  const [, copied = ''] = /^COPY (infra\/image\/.*) \.\/$/m.exec(text) ?? []
  for (const path of copied.split(' ')) assert.ok(statSync(path).isFile(), path)
  const version = JSON.parse(readFileSync('package.json', 'utf8')).dependencies['onnxruntime-node']
  assert.ok(text.includes(`onnxruntime-node@${version}`), 'the CUDA libraries are of the version that is installed')
})

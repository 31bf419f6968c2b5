import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startS3 } from '../s3/server.ts'
import { CREDENTIALS } from '../s3/signature.ts'

test('weights are pulled once, and only as their sums say', async () => {
  const s3 = await startS3('weights')
  const folder = await mkdtemp(join(tmpdir(), 'asklake-weights-'))
  const sum = (text: string) => createHash('sha256').update(text).digest('hex')
  s3.set('weights', 'm/onnx/model.onnx', 'graph')
  s3.set('weights', 'm/SHA256SUMS', `${sum('graph')}  onnx/model.onnx\n`)
  const pull = () =>
    new Promise<{ code: number | null; out: string }>((done) => {
      const env = {
        ...process.env,
        ASKLAKE_MODEL_WEIGHTS: 's3://weights/m',
        ASKLAKE_WEIGHTS_DIR: folder,
        ASKLAKE_S3_ENDPOINT: s3.endpoint,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      }
      const child = spawn('node', ['infra/image/start.mjs', '--pull'], { env, stdio: ['ignore', 'pipe', 'ignore'] })
      let out = ''
      child.stdout.on('data', (data: Buffer) => (out += data.toString()))
      child.on('close', (code) => done({ code, out }))
    })
  assert.deepEqual(await pull(), { code: 0, out: 'pulled onnx/model.onnx\n' })
  assert.equal(await readFile(join(folder, 'onnx/model.onnx'), 'utf8'), 'graph')
  assert.deepEqual(await pull(), { code: 0, out: 'kept onnx/model.onnx\n' })
  s3.set('weights', 'm/SHA256SUMS', `${sum('other')}  onnx/model.onnx\n`)
  assert.notEqual((await pull()).code, 0)
  await s3.close()
  await rm(folder, { recursive: true })
})

import assert from 'node:assert/strict'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { embedSecret } from '../../functions/embed/secret.ts'
import { readSettings } from '../../src/settings.ts'
import { startS3 } from '../s3/server.ts'
import { CREDENTIALS } from '../s3/signature.ts'

async function inFolders(body: (folder: () => Promise<string>) => Promise<void>): Promise<void> {
  const made: string[] = []
  try {
    await body(async () => {
      made.push(await mkdtemp(join(tmpdir(), 'asklake-secret-')))
      return made.at(-1) as string
    })
  } finally {
    for (const folder of made) await rm(folder, { recursive: true })
  }
}

const secretOf = (env: Record<string, string>) => embedSecret(readSettings(env))()

test('one machine makes one secret, however many ask at once, and only its owner reads it', () =>
  inFolders(async (folder) => {
    const state = await folder()
    const found = await Promise.all(Array.from({ length: 8 }, () => secretOf({ ASKLAKE_STATE_DIR: state })))
    assert.equal(new Set(found).size, 1)
    assert.ok((found[0] ?? '').length >= 32)
    assert.equal((await stat(join(state, 'embed.key'))).mode & 0o777, 0o600)
  }))

test('machines that share a folder or a bucket share the secret', () =>
  inFolders(async (folder) => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId })
    Object.assign(process.env, { AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey })
    const server = await startS3('bucket')
    try {
      const s3 = { ASKLAKE_S3_ENDPOINT: server.endpoint, ASKLAKE_S3_REGION: 'us-east-1', ASKLAKE_S3_PATH_STYLE: 'true' }
      for (const shared of [await folder(), 's3://bucket/asklake']) {
        const machine = async () => ({ ...s3, ASKLAKE_STATE_DIR: await folder(), ASKLAKE_SHARED: shared })
        const found = await Promise.all([secretOf(await machine()), secretOf(await machine())])
        found.push(await secretOf(await machine()))
        assert.equal(new Set(found).size, 1, shared)
        assert.ok((found[0] ?? '').length >= 32)
      }
    } finally {
      await server.close()
    }
  }))

test('a setting is taken as it is, and refused when it is short', async () => {
  const long = 'a secret of thirty-two characters'
  assert.equal(await secretOf({ ASKLAKE_EMBED_SECRET: long }), long)
  await assert.rejects(secretOf({ ASKLAKE_EMBED_SECRET: 'short' }), { code: 'bad-setting' })
})

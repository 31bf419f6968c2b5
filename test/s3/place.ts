import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { readSettings } from '../../src/settings.ts'
import { openStore, type Store } from '../../src/store.ts'
import { startS3 } from './server.ts'
import { CREDENTIALS } from './signature.ts'

/** A prefix of a bucket as several machines see it. */
export interface BucketPlace {
  /** A store as another machine would open it: with a mirror of its own. */
  open(): Promise<Store>
  /** Puts an object behind the stores' back. */
  write(path: string, text: string): Promise<void>
  close(): Promise<void>
}

/** A fresh prefix of the small server's bucket, or of the service that S3_TEST_ENDPOINT and S3_TEST_BUCKET name. */
export async function bucketPlace(): Promise<BucketPlace> {
  const real = process.env['S3_TEST_ENDPOINT']
  if (real === undefined) Object.assign(process.env, ownCredentials())
  const server = real === undefined ? await startS3('bucket') : null
  const endpoint = real ?? server?.endpoint ?? ''
  const bucket = process.env['S3_TEST_BUCKET'] ?? 'bucket'
  const prefix = `places/${randomUUID()}`
  const env = { ASKLAKE_S3_ENDPOINT: endpoint, ASKLAKE_S3_REGION: 'us-east-1', ASKLAKE_S3_PATH_STYLE: 'true' }
  const client = new S3Client({ region: 'us-east-1', endpoint, forcePathStyle: true })
  const folders: string[] = []
  return {
    open: async () => {
      const mirror = await mkdtemp(join(tmpdir(), 'asklake-mirror-'))
      folders.push(mirror)
      return openStore(`s3://${bucket}/${prefix}`, readSettings(env), mirror)
    },
    write: async (path, text) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}/${path}`, Body: text }))
    },
    close: async () => {
      client.destroy()
      await server?.close()
      for (const folder of folders) await rm(folder, { recursive: true, force: true })
    },
  }
}

function ownCredentials() {
  return { AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId, AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey }
}

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { startS3 } from '../s3/server.ts'
import { CREDENTIALS } from '../s3/signature.ts'

// What S3 does, told by its own client. Runs on the test server, or on a real service named by S3_TEST_ENDPOINT with
// S3_TEST_BUCKET (empty, to be written to) and credentials in the usual AWS variables.
const real = process.env['S3_TEST_ENDPOINT']
const server = real === undefined ? await startS3('bucket') : null
const Bucket = process.env['S3_TEST_BUCKET'] ?? 'bucket'
const options = {
  region: process.env['AWS_REGION'] ?? 'us-east-1',
  endpoint: real ?? server?.endpoint ?? '',
  forcePathStyle: true,
}
const client = new S3Client(real === undefined ? { ...options, credentials: CREDENTIALS } : options)
after(() => server?.close())

const put = (Key: string, Body: string, condition = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...condition }))
const get = async (Key: string, more = {}) =>
  (await client.send(new GetObjectCommand({ Bucket, Key, ...more }))).Body?.transformToString()
const failure = (status: number) => (error: { $metadata?: { httpStatusCode?: number } }) =>
  error.$metadata?.httpStatusCode === status

test('what is put is read, with its ETag', async () => {
  const { ETag } = await put('a/b c+ü&é(1).txt', 'hello')
  assert.match(ETag ?? '', /^"[0-9a-f]{32}"$/)
  assert.equal(await get('a/b c+ü&é(1).txt'), 'hello')
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'a/b c+ü&é(1).txt' }))
  assert.deepEqual([head.ContentLength, head.ETag], [5, ETag])
})

test('ranges', async () => {
  await put('range', '0123456789')
  assert.equal(await get('range', { Range: 'bytes=2-4' }), '234')
  assert.equal(await get('range', { Range: 'bytes=7-' }), '789')
  assert.equal(await get('range', { Range: 'bytes=-2' }), '89')
  assert.equal(await get('range', { Range: 'bytes=8-99' }), '89')
  await assert.rejects(get('range', { Range: 'bytes=10-12' }), failure(416))
})

test('If-Match on reading', async () => {
  const { ETag } = await put('match', '1')
  assert.equal(await get('match', { IfMatch: ETag }), '1')
  await put('match', '2')
  await assert.rejects(get('match', { IfMatch: ETag }), failure(412))
})

test('conditional writes', async () => {
  const { ETag } = await put('once', '1', { IfNoneMatch: '*' })
  await assert.rejects(put('once', '2', { IfNoneMatch: '*' }), failure(412))
  await put('once', '2', { IfMatch: ETag })
  await assert.rejects(put('once', '3', { IfMatch: ETag }), failure(412))
  assert.equal(await get('once'), '2')
  await assert.rejects(put('never', '1', { IfMatch: ETag }), failure(404))
})

test('lists in pages in byte order', async () => {
  for (const key of ['p/b', 'p/a', 'p/Z', 'p/é', 'q/x', 'p/a&b']) await put(key, key)
  const keys: string[] = []
  let ContinuationToken: string | undefined
  do {
    const page = await client.send(
      new ListObjectsV2Command({
        Bucket,
        Prefix: 'p/',
        MaxKeys: 2,
        ...(ContinuationToken ? { ContinuationToken } : {}),
      }),
    )
    keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key))
    assert.ok((page.Contents ?? []).length <= 2)
    ContinuationToken = page.NextContinuationToken
  } while (ContinuationToken !== undefined)
  assert.deepEqual(keys, ['p/Z', 'p/a', 'p/a&b', 'p/b', 'p/é'])
})

test('deletes, also what is not there; a missing object is 404', async () => {
  await put('gone', '1')
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }))
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }))
  await assert.rejects(get('gone'), failure(404))
})

test('uploads in parts', async () => {
  const Key = 'parts'
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  const bodies = ['a'.repeat(5 * 1024 * 1024), 'b']
  const Parts = []
  for (const [index, Body] of bodies.entries()) {
    const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: index + 1, Body }))
    Parts.push({ ETag, PartNumber: index + 1 })
  }
  const done = await client.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
  )
  assert.match(done.ETag ?? '', /-2"$/)
  assert.equal((await get(Key))?.length, 5 * 1024 * 1024 + 1)
})

test('a wrong secret, an unknown key and no signature are refused', async () => {
  const wrong = { ...CREDENTIALS, secretAccessKey: 'wrong' }
  const stranger = new S3Client({ ...options, credentials: wrong })
  await assert.rejects(stranger.send(new GetObjectCommand({ Bucket, Key: 'range' })), failure(403))
  // AWS and the small server say 403 InvalidAccessKeyId, versitygw 404 XAdminUserNotFound.
  const unknown = new S3Client({ ...options, credentials: { accessKeyId: 'nobody', secretAccessKey: 'x' } })
  await assert.rejects(unknown.send(new GetObjectCommand({ Bucket, Key: 'range' })), {
    name: real === undefined ? 'InvalidAccessKeyId' : /InvalidAccessKeyId|XAdminUserNotFound/,
  })
  assert.equal((await fetch(`${options.endpoint}/${Bucket}/range`)).status, 403)
})

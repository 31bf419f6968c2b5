import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3'
import { Refusal } from '../refusal.ts'
import type { Objects } from './objects.ts'

export interface S3Place {
  bucket: string
  region: string
  /** Another service that speaks S3, or empty for AWS. */
  endpoint: string
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  path_style: boolean
  /** Milliseconds without a byte after which a connection is given up. */
  timeout_ms: number
}

/** A whole request, however slowly its bytes come: a part of 16 MB at 1 MB/s. */
const REQUEST_MS = 30_000

/** A bucket through the AWS SDK, which is loaded only here; credentials come from the SDK's usual places. */
export async function awsObjects(place: S3Place): Promise<Objects> {
  const aws = await import('@aws-sdk/client-s3')
  const client = new aws.S3Client({
    ...(place.region === '' ? {} : { region: place.region }),
    ...(place.endpoint === '' ? {} : { endpoint: place.endpoint }),
    forcePathStyle: place.path_style,
    requestHandler: {
      connectionTimeout: place.timeout_ms,
      socketTimeout: place.timeout_ms,
      requestTimeout: REQUEST_MS,
      throwOnRequestTimeout: true,
    },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  const Bucket = place.bucket
  return {
    list: (prefix) => guarded(() => listAll(client, aws, Bucket, prefix)),
    read: (key, { range, etag }) =>
      conditional(async () => {
        const condition = etag === undefined ? {} : { IfMatch: etag }
        const part = range === undefined ? {} : { Range: `bytes=${range.from}-${range.to}` }
        return wholeObject(() => client.send(new aws.GetObjectCommand({ Bucket, Key: key, ...condition, ...part })))
      }),
    write: async (key, Body, { absent, etag }) => {
      const condition = absent ? { IfNoneMatch: '*' } : etag === undefined ? {} : { IfMatch: etag }
      const written = await conditional(async () => {
        return (await client.send(new aws.PutObjectCommand({ Bucket, Key: key, Body, ...condition }))).ETag ?? ''
      })
      return written ?? 'changed'
    },
    remove: (key) =>
      guarded(async () => {
        await client.send(new aws.DeleteObjectCommand({ Bucket, Key: key }))
      }),
  }
}

/** Times a body is asked for that breaks off; the SDK itself tries again only until the first byte. */
const BODY_TRIES = 3

async function wholeObject(ask: () => Promise<GetObjectCommandOutput>) {
  for (let left = BODY_TRIES; ; left--) {
    const { Body, ETag = '' } = await ask()
    try {
      return { body: (await Body?.transformToByteArray()) ?? new Uint8Array(), etag: ETag }
    } catch (problem) {
      if (left === 1) throw new Refusal('store-unavailable', `An object broke off: ${(problem as Error).message}.`)
    }
  }
}

async function listAll(client: S3Client, aws: typeof import('@aws-sdk/client-s3'), Bucket: string, Prefix: string) {
  const found = []
  for await (const page of aws.paginateListObjectsV2({ client }, { Bucket, Prefix })) {
    for (const { Key: key = '', Size: bytes = 0, ETag: etag = '' } of page.Contents ?? [])
      found.push({ key, bytes, etag })
  }
  return found
}

/** Answers of a service that are no faults: 404 none, 409 and 412 someone else was faster. */
async function conditional<T>(act: () => Promise<T>): Promise<T | 'changed' | null> {
  try {
    return await act()
  } catch (error) {
    const status = statusOf(error)
    if (status === 404 && (error as Error).name !== 'NoSuchBucket') return null
    if (status === 409 || status === 412) return 'changed'
    throw refusalOf(error)
  }
}

async function guarded<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw refusalOf(error)
  }
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const known =
    statusOf(error) !== undefined ||
    /ECONN|ENOTFOUND|EAI_AGAIN|Credentials|Timeout/i.test(
      `${error.name} ${error.message} ${(error as { code?: string }).code}`,
    )
  return known ? new Refusal('store-unavailable', `The object store answered: ${error.name}.`) : error
}

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, relative } from 'node:path'
import { newKey } from '../../functions/access/keys.ts'
import { RIGHTS } from '../../src/asker.ts'
import { type S3Server, startS3 } from '../s3/server.ts'

const BUCKETS = ['lake', 'state']

/** Buckets `lake` with the example datasets below `data/`, and an empty `state`. */
export async function startBuckets(): Promise<S3Server> {
  const s3 = await startS3(...BUCKETS)
  for (const path of filesBelow('examples')) s3.set('lake', `data/${relative('examples', path)}`, readFileSync(path))
  s3.set('state', 'asklake/keys.yaml', JSON.stringify({ keys: [entry] }))
  return s3
}

const { key: KEY, id, hash } = newKey()
const entry = { id, hash, name: 'test', rights: Object.keys(RIGHTS), datasets: '*' }

/** The header that carries a key from CloudFront to the function. */
export const KEYED = { 'x-asklake-authorization': `Bearer ${KEY}` }

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesBelow(path) : [path]
  })
}

/** Settings of a function over those buckets. */
export function cloudEnvironment(s3: S3Server): Record<string, string> {
  return {
    ASKLAKE_DATA: 's3://lake/data',
    ASKLAKE_KEYS: 's3://state/asklake/keys.yaml',
    ASKLAKE_AUDIT: 's3://state/asklake/audit',
    ASKLAKE_SHARED: 's3://state/asklake',
    ASKLAKE_S3_ENDPOINT: s3.endpoint,
    ASKLAKE_S3_PATH_STYLE: 'true',
    ASKLAKE_QUERY_PROCESSES: '1',
  }
}

/** The one call of SQS that the Slack door makes, with the checksum its client asks for. */
export async function startQueue(): Promise<{ url: string; messages: unknown[]; close(): Promise<void> }> {
  const messages: unknown[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const { MessageBody } = JSON.parse(Buffer.concat(parts).toString())
    const sends = request.headers['x-amz-target'] === 'AmazonSQS.SendMessage'
    if (sends) messages.push(JSON.parse(MessageBody))
    const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex')
    response.writeHead(sends ? 200 : 400, { 'content-type': 'application/x-amz-json-1.0' })
    response.end(JSON.stringify({ MessageId: '1', MD5OfMessageBody }))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/000000000000/asklake`,
    messages,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}

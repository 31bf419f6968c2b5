import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { wantedQueue } from '../../functions/wanted.ts'

process.env['AWS_ACCESS_KEY_ID'] ??= 'id'
process.env['AWS_SECRET_ACCESS_KEY'] ??= 'secret'
process.env['AWS_REGION'] ??= 'eu-central-1'

/** The one call of SQS that is made; without `accepts` it is refused as AWS refuses. */
async function startQueue(accepts: boolean) {
  const bodies: { QueueUrl: string; MessageBody: string }[] = []
  let arrived = () => {}
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    assert.equal(request.headers['x-amz-target'], 'AmazonSQS.SendMessage')
    assert.match(request.headers.authorization ?? '', /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[^/]+\/sqs\//)
    bodies.push(JSON.parse(Buffer.concat(parts).toString()))
    const sum = createHash('md5')
      .update(bodies.at(-1)?.MessageBody ?? '')
      .digest('hex')
    response.writeHead(accepts ? 200 : 403, { 'content-type': 'application/x-amz-json-1.0' })
    response.end(JSON.stringify(accepts ? { MessageId: '1', MD5OfMessageBody: sum } : { __type: 'AccessDenied' }))
    arrived()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/000000000000/wanted`,
    bodies,
    next: () => new Promise<void>((done) => (arrived = done)),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

test('each question that wants the large model leaves one message', async () => {
  const queue = await startQueue(true)
  const wanted = wantedQueue(queue.url, (problem) => assert.fail(String(problem)))
  for (let n = 1; n <= 2; n++) {
    const next = queue.next()
    wanted?.()
    await next
    assert.equal(queue.bodies.length, n)
  }
  assert.deepEqual(queue.bodies[0], { QueueUrl: queue.url, MessageBody: 'wanted' })
  queue.close()
})

test('a queue that refuses is told to the operator and costs the question nothing', async () => {
  const queue = await startQueue(false)
  const warned = new Promise<unknown>((tell) => wantedQueue(queue.url, tell)?.())
  assert.equal(((await warned) as Error).name, 'AccessDenied')
  queue.close()
})

test('without a queue there is nothing to tell', () => {
  assert.equal(
    wantedQueue('', () => assert.fail()),
    undefined,
  )
})

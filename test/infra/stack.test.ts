import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { plainOf, type Resource, resourcesOf, synthesise } from './resources.ts'

let resources: Resource[]

before(() => {
  resources = synthesise('dev')
})

const of = (type: string) => resourcesOf(resources, type)
const plain = plainOf

const ours = () =>
  of('aws:lambda/function:Function').filter(({ inputs }) => String(inputs['s3Key']).startsWith('assets/'))
const byHandler = (handler: string) => {
  const found = ours().find(({ inputs }) => inputs['handler'] === handler)
  assert.ok(found, `no function ${handler}`)
  return found.inputs
}

test('buckets are encrypted, closed to the public, and answer no plain HTTP', () => {
  const buckets = of('aws:s3/bucket:Bucket').map(({ name }) => name)
  assert.deepEqual(buckets.sort(), ['LakeBucket', 'StateBucket'])
  assert.equal(of('aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration').length, 2)
  const blocks = of('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock')
  assert.equal(blocks.length, 2)
  for (const { inputs } of blocks) {
    const { bucket: _bucket, ...rules } = inputs
    assert.deepEqual(rules, {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    })
  }
  for (const { inputs } of of('aws:s3/bucketPolicy:BucketPolicy')) {
    const { statements } = JSON.parse(String(inputs['policy']))
    assert.deepEqual(
      statements.map(({ effect }: { effect: string }) => effect),
      ['Deny'],
    )
    assert.equal(statements[0].conditions[0].variable, 'aws:SecureTransport')
  }
  assert.equal(
    resources.some(({ type }) => type.includes('bucketCors')),
    false,
  )
})

test('answers, plans and old versions of files expire', () => {
  const rules = of('aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration').flatMap(
    ({ inputs }) => inputs['rules'] as { id: string; status: string }[],
  )
  assert.deepEqual(rules.map(({ id, status }) => `${id} ${status}`).sort(), [
    'answers Enabled',
    'athena Enabled',
    'audit Enabled',
    'leases Enabled',
    'old-versions Enabled',
    'plans Enabled',
  ])
})

test('each role may do just what its function does', () => {
  const S3 = ['s3:DeleteObject', 's3:GetObject', 's3:ListBucket', 's3:PutObject']
  const TAKE = [
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:ReceiveMessage',
  ]
  const expected: Record<string, string[]> = {
    Api: S3,
    Slack: ['sqs:SendMessage'],
    Jobs: [...S3, ...TAKE],
    Changes: [...S3, ...TAKE],
  }
  const roles = of('aws:iam/role:Role').filter(({ name }) => !/^(RouterEdge|Sweeper)/.test(name))
  assert.equal(roles.length, 4)
  for (const { name, inputs } of roles) {
    const [policy] = inputs['inlinePolicies'] as { policy: string }[]
    const { statements } = JSON.parse(policy?.policy ?? '{}') as {
      statements: { actions: string[]; resources: string[] }[]
    }
    const kind = /^[A-Z][a-z]+/.exec(name)?.[0] ?? ''
    assert.deepEqual([...new Set(statements.flatMap(({ actions }) => actions))].sort(), expected[kind], name)
    const resources = statements.flatMap((statement) => statement.resources)
    assert.equal(resources.includes('*'), false, name)
    const writable = statements.filter(({ actions }) => actions.some((action) => /s3:(Put|Delete)/.test(action)))
    assert.ok(
      writable.every((one) => one.resources.every((arn) => arn.endsWith('StateBucket/asklake/*'))),
      `${name} writes elsewhere`,
    )
    assert.match(String(inputs['assumeRolePolicy']), /"Principal":\{"Service":"lambda.amazonaws.com"\}/)
  }
})

test('functions have memory, disk, time and a bound on how many run', () => {
  const facts = (handler: string) => {
    const { memorySize, timeout, ephemeralStorage, architectures, runtime, reservedConcurrentExecutions } =
      byHandler(handler)
    return {
      memorySize,
      timeout,
      disk: (ephemeralStorage as { size: number }).size,
      architectures,
      runtime,
      reservedConcurrentExecutions,
    }
  }
  const same = { architectures: ['x86_64'], runtime: 'nodejs22.x' }
  assert.deepEqual(facts('api.handler'), {
    ...same,
    memorySize: 3008,
    timeout: 60,
    disk: 4096,
    reservedConcurrentExecutions: 5,
  })
  assert.deepEqual(facts('worker.handler'), {
    ...same,
    memorySize: 3008,
    timeout: 60,
    disk: 4096,
    reservedConcurrentExecutions: 5,
  })
  assert.deepEqual(facts('refresh.handler'), {
    ...same,
    memorySize: 3008,
    timeout: 150,
    disk: 4096,
    reservedConcurrentExecutions: 2,
  })
  assert.deepEqual(facts('slack.handler'), {
    ...same,
    memorySize: 512,
    timeout: 10,
    disk: 512,
    reservedConcurrentExecutions: 10,
  })
})

test('the mirror fits the disk, and no function but those of Slack knows its secrets', () => {
  for (const { name, inputs } of ours()) {
    const { variables } = plain<{ variables: Record<string, string> }>(inputs['environment'])
    const mirror = Number(variables['ASKLAKE_S3_MIRROR_MB'] ?? 0)
    assert.ok(mirror < (inputs['ephemeralStorage'] as { size: number }).size, name)
    const secret = Object.keys(variables).filter((key) => /SECRET|TOKEN/.test(key))
    const handler = String(inputs['handler'])
    const known = {
      'slack.handler': ['ASKLAKE_SLACK_BOT_TOKEN', 'ASKLAKE_SLACK_SIGNING_SECRET'],
      'worker.handler': ['ASKLAKE_SLACK_BOT_TOKEN'],
    }
    assert.deepEqual(secret.sort(), known[handler as keyof typeof known] ?? [], handler)
  }
})

test('the API is reached through CloudFront only and streams; the Slack door is open and does not', () => {
  const urls = Object.fromEntries(of('aws:lambda/functionUrl:FunctionUrl').map(({ name, inputs }) => [name, inputs]))
  assert.equal(urls['ApiUrl']?.['authorizationType'], 'AWS_IAM')
  assert.equal(urls['ApiUrl']?.['invokeMode'], 'RESPONSE_STREAM')
  assert.equal(urls['SlackUrl']?.['authorizationType'], 'NONE')
  for (const { name, inputs } of of('aws:lambda/permission:Permission')) {
    assert.equal(inputs['principal'], name.startsWith('Slack') ? '*' : 'cloudfront.amazonaws.com', name)
  }
  const [viewer] = of('aws:cloudfront/function:Function')
  const code = plain<string>(viewer?.inputs['code'])
  assert.match(code, /x-asklake-authorization/)
  const [waf] = of('aws:wafv2/webAcl:WebAcl')
  const rules = ((waf?.inputs['rules'] ?? []) as { name: string }[]).map(({ name }) => name)
  assert.ok(rules.includes('RateLimitPerIP'))
  assert.equal(
    rules.some((name) => /SQLi/.test(name)),
    false,
  )
})

test('queues are encrypted, wait longer than their functions, and keep what failed', () => {
  const queues = Object.fromEntries(of('aws:sqs/queue:Queue').map(({ name, inputs }) => [name, inputs]))
  assert.ok(Object.values(queues).every((inputs) => inputs['sqsManagedSseEnabled'] === true))
  for (const [queue, handler] of [
    ['JobsQueue', 'worker.handler'],
    ['ChangesQueue', 'refresh.handler'],
  ] as const) {
    assert.ok(Number(queues[queue]?.['visibilityTimeoutSeconds']) >= 6 * Number(byHandler(handler)['timeout']), queue)
    assert.equal(JSON.parse(String(queues[queue]?.['redrivePolicy'])).maxReceiveCount, 3)
  }
  for (const { inputs } of of('aws:lambda/eventSourceMapping:EventSourceMapping')) {
    assert.deepEqual(inputs['functionResponseTypes'], ['ReportBatchItemFailures'])
  }
})

test('a daily sweep may send to the queue of changes and nothing else', () => {
  const [schedule] = of('aws:scheduler/schedule:Schedule')
  const target = (schedule?.inputs['target'] ?? {}) as { input?: string }
  assert.deepEqual(JSON.parse(target.input ?? ''), { sweep: true })
  const sweeper = of('aws:iam/role:Role').find(({ name }) => name === 'Sweeper')
  const [policy] = (sweeper?.inputs['inlinePolicies'] ?? []) as { policy: string }[]
  const { Statement } = JSON.parse(policy?.policy ?? '{}')
  assert.deepEqual(Statement, [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: 'arn:aws:mock:::ChangesQueue' }])
  assert.match(String(sweeper?.inputs['assumeRolePolicy']), /"Service":"scheduler.amazonaws.com"/)
})

test('the dashboard draws metrics of every function and queue', () => {
  const [dashboard] = of('aws:cloudwatch/dashboard:Dashboard')
  const body = String(dashboard?.inputs['dashboardBody'])
  for (const name of [
    'ApiFunction',
    'SlackFunction',
    'asklake-dev-worker',
    'asklake-dev-refresh',
    'JobsQueue',
    'ChangesQueue',
  ])
    assert.ok(body.includes(name), name)
})

test('without an image there is no GPU, no network and no instance to pay for', () => {
  assert.deepEqual(
    resources.filter(({ type }) => /:(ecs|ec2|cloudformation)\//.test(type)).map(({ name }) => name),
    [],
  )
})

test('somebody is told: alarms lead to the topic, a budget to the operator', () => {
  const alarms = of('aws:cloudwatch/metricAlarm:MetricAlarm')
  assert.deepEqual(alarms.map(({ name }) => name).sort(), [
    'ApiErrors',
    'ApiSlow',
    'ApiThrottled',
    'ChangesFailed',
    'JobsFailed',
    'SlackErrors',
  ])
  assert.ok(alarms.every(({ inputs }) => (inputs['alarmActions'] as string[])[0]?.endsWith('Alarms')))
  assert.equal(of('aws:budgets/budget:Budget').length, 1)
})

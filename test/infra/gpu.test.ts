import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { plainOf, type Resource, resourcesOf, synthesise } from './resources.ts'

const IMAGE = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/asklake-model:1'

let resources: Resource[]
before(() => {
  resources = synthesise('production', { ASKLAKE_MODEL_IMAGE: IMAGE, ASKLAKE_MODEL_WEIGHTS: 'coder-3b-q4' })
})

const of = (type: string) => resourcesOf(resources, type)
const named = (name: string) => {
  const found = resources.find((one) => one.name === name && !one.type.startsWith('sst:'))
  assert.ok(found, name)
  return found.inputs
}

interface Statement {
  Action: string | string[]
  Resource: string
}

const statementsOf = (role: string): Statement[] => {
  const [policy] = (named(role)['inlinePolicies'] ?? []) as { policy: string }[]
  return policy === undefined ? [] : JSON.parse(policy.policy).Statement
}

test('capacity is one NVIDIA GPU an instance, on NVMe, ended when idle', () => {
  const template = JSON.parse(String(named('ModelCapacity')['templateBody']))
  const { ManagedInstancesProvider: provider, Name } = template.Resources.Capacity.Properties
  const {
    InstanceRequirements: wanted,
    LocalStorageConfiguration,
    CapacityOptionType,
  } = provider.InstanceLaunchTemplate
  assert.deepEqual(wanted.AcceleratorManufacturers, ['nvidia'])
  assert.deepEqual(wanted.AcceleratorCount, { Min: 1, Max: 1 })
  assert.equal(wanted.LocalStorage, 'required')
  assert.deepEqual(LocalStorageConfiguration, { UseLocalStorage: true })
  assert.equal(CapacityOptionType, 'ON_DEMAND')
  assert.ok(provider.InfrastructureOptimization.ScaleInAfter <= 600)
  const [strategy] = named('Model')['capacityProviderStrategies'] as { capacityProvider: string }[]
  assert.equal(strategy?.capacityProvider, Name)
})

test('from none to four servers by how many questions want them, and back to none', () => {
  const target = named('ModelCount')
  assert.deepEqual([target['minCapacity'], target['maxCapacity']], [0, 4])
  assert.equal(named('Model')['desiredCount'], 0)
  const steps = (name: string) =>
    (named(name)['stepScalingPolicyConfiguration'] as { stepAdjustments: { scalingAdjustment: number }[] })
      .stepAdjustments
  assert.deepEqual(
    steps('ModelUp').map(({ scalingAdjustment }) => scalingAdjustment),
    [1, 2, 3, 4],
  )
  assert.deepEqual(
    steps('ModelDown').map(({ scalingAdjustment }) => scalingAdjustment),
    [0],
  )
  for (const [alarm, policy] of [
    ['ModelWanted', 'ModelUp'],
    ['ModelUnwanted', 'ModelDown'],
  ] as const) {
    const { alarmActions, dimensions, metricName } = named(alarm)
    assert.deepEqual(alarmActions, [`arn:aws:mock:::${policy}`])
    assert.deepEqual(dimensions, { QueueName: 'Wanted' })
    assert.equal(metricName, 'ApproximateNumberOfMessagesVisible')
  }
  assert.equal(named('Wanted')['messageRetentionSeconds'], 900)
  assert.equal(named('Wanted')['sqsManagedSseEnabled'], true)
})

test('the server writes to its volumes only, holds one GPU, and its key is no plain variable', () => {
  const task = named('ModelTaskDefinition')
  assert.deepEqual(
    [task['cpu'], task['memory'], task['requiresCompatibilities']],
    ['3072', '12288', ['MANAGED_INSTANCES']],
  )
  const [container] = JSON.parse(String(task['containerDefinitions']))
  assert.equal(container.readonlyRootFilesystem, true)
  assert.deepEqual(container.resourceRequirements, [{ type: 'GPU', value: '1' }])
  assert.deepEqual(container.environment.map(({ name }: { name: string }) => name).sort(), [
    'ASKLAKE_MODEL_WEIGHTS',
    'PORT',
  ])
  assert.deepEqual(container.secrets, [{ name: 'ASKLAKE_LLM_KEY', valueFrom: 'arn:aws:mock:::ModelKeyParameter' }])
  assert.equal(named('ModelKeyParameter')['type'], 'SecureString')
})

test('the server reads its own weights and nothing else; what starts it pulls one image', () => {
  assert.deepEqual(
    statementsOf('ModelTask').map(({ Action, Resource }) => [Action, Resource]),
    [
      [['s3:ListBucket'], 'arn:aws:mock:::WeightsBucket'],
      [['s3:GetObject'], 'arn:aws:mock:::WeightsBucket/coder-3b-q4/*'],
    ],
  )
  const everywhere = ['ModelTask', 'ModelExecution', 'ModelInfrastructure']
    .flatMap(statementsOf)
    .filter(({ Resource }) => Resource === '*')
  assert.deepEqual(
    everywhere.map(({ Action }) => Action),
    [['ecr:GetAuthorizationToken']],
    'the one call that AWS allows for no single resource',
  )
  const pulls = statementsOf('ModelExecution').find(({ Action }) => Action.includes('ecr:BatchGetImage'))
  assert.equal(pulls?.Resource, 'arn:aws:ecr:eu-central-1:123456789012:repository/asklake-model')
  const managed = of('aws:iam/rolePolicyAttachment:RolePolicyAttachment').filter(({ name }) => name.startsWith('Model'))
  assert.deepEqual(managed.map(({ inputs }) => String(inputs['policyArn']).split('/').at(-1)).sort(), [
    'AmazonECSInfrastructureRolePolicyForManagedInstances',
    'AmazonECSInstanceRolePolicyForManagedInstances',
  ])
})

test('only our functions reach the server; no instance has an address on the internet', () => {
  assert.deepEqual(named('ModelServer')['ingress'], [
    { protocol: 'tcp', fromPort: 8788, toPort: 8788, securityGroups: ['Functions-id'] },
  ])
  assert.equal(named('ModelInstances')['ingress'], undefined)
  const network = named('Model')['networkConfiguration'] as { subnets: string[]; assignPublicIp?: boolean }
  assert.ok(network.subnets.every((subnet) => subnet.startsWith('NetworkPrivate')))
  assert.notEqual(network.assignPublicIp, true)
})

test('weights are encrypted and closed to the public', () => {
  assert.ok(of('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock').some(({ name }) => name.startsWith('Weights')))
  const encrypted = of('aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration')
  assert.ok(encrypted.some(({ name }) => name === 'WeightsEncryption'))
})

test('the functions that answer know the server and tell that they want it; the others do not', () => {
  const functions = of('aws:lambda/function:Function').filter(({ inputs }) =>
    /^(api|worker|slack|refresh)\./.test(String(inputs['handler'])),
  )
  for (const { inputs } of functions) {
    const { variables } = plainOf<{ variables: Record<string, string> }>(inputs['environment'])
    const answers = /^(api|worker)\./.test(String(inputs['handler']))
    assert.equal('ASKLAKE_LLM_URL' in variables, answers, String(inputs['handler']))
    assert.equal('ASKLAKE_WANTED_QUEUE_URL' in variables, answers)
    assert.equal(inputs['vpcConfig'] !== undefined, answers)
  }
})

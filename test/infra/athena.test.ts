import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { plainOf, type Resource, resourcesOf, synthesise } from './resources.ts'

let resources: Resource[]
before(() => {
  resources = synthesise('dev', { ASKLAKE_ATHENA: 'true' })
})

test('Athena has a workgroup of its own: results encrypted in the state, a bound on what a query scans', () => {
  const [workgroup] = resourcesOf(resources, 'aws:athena/workgroup:Workgroup') as [Resource]
  const configuration = workgroup.inputs['configuration'] as Record<string, unknown>
  assert.equal(configuration['enforceWorkgroupConfiguration'], true)
  assert.ok(Number(configuration['bytesScannedCutoffPerQuery']) <= 100 * 1024 ** 3)
  const { outputLocation, ...results } = configuration['resultConfiguration'] as { outputLocation: string }
  assert.match(outputLocation, /^s3:\/\/\S+statebucket\S+\/asklake\/athena\/$/)
  assert.deepEqual(results, { encryptionConfiguration: { encryptionOption: 'SSE_S3' } })
})

test('only functions that answer may ask it, and only there', () => {
  const asked: string[] = []
  for (const { name, inputs } of resourcesOf(resources, 'aws:iam/role:Role')) {
    const [policy] = (inputs['inlinePolicies'] ?? []) as { policy: string }[]
    const { statements = [] } = JSON.parse(policy?.policy ?? '{}') as {
      statements?: { actions: string[]; resources: string[] }[]
    }
    const own = statements.filter(({ actions }) => actions.some((action) => /^(athena|glue):/.test(action)))
    if (own.length > 0) asked.push(/^[A-Z][a-z]+/.exec(name)?.[0] ?? name)
    for (const { resources: places, actions } of own) {
      assert.ok(!places.includes('*'), name)
      assert.ok(!actions.some((action) => /Delete|Update|\*/.test(action)), actions.join())
      if (actions[0]?.startsWith('athena')) assert.deepEqual(places, ['arn:aws:mock:::Athena'])
    }
  }
  assert.deepEqual([...new Set(asked)].sort(), ['Api', 'Jobs'])
})

test('their setting names it', () => {
  const functions = resourcesOf(resources, 'aws:lambda/function:Function')
  for (const handler of ['api.handler', 'worker.handler']) {
    const found = functions.find(({ inputs }) => inputs['handler'] === handler)
    const { variables } = plainOf<{ variables: Record<string, string> }>(found?.inputs['environment'])
    assert.equal(variables['ASKLAKE_ATHENA_WORKGROUP'], 'asklake-dev')
  }
})

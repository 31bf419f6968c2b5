// Runs sst.config.ts whole under Pulumi's mocks and prints every resource as JSON: no account, no network, nothing created.
// node test/infra/synthesise.mjs STAGE   (needs .sst/platform: npm run test:infra writes it)

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

const stage = process.argv[2] ?? 'dev'
const root = resolve('.')
const platform = join(root, '.sst/platform')
const work = join(root, 'dist/infra-test')
// Folders to zip, in place of the packaged functions; paths of the configuration are relative to SST's root.
for (const name of ['api', 'slack', 'worker', 'refresh']) {
  mkdirSync(join(work, 'dist/lambda', name), { recursive: true })
  writeFileSync(join(work, 'dist/lambda', name, `${name}.js`), '')
}

/** What SST's own command answers its components: the place of assets, and the build of a function, which we have built. */
const ANSWERS = {
  'Provider.Aws.Bootstrap': () => ({ asset: 'asset-bucket', state: 'state-bucket' }),
  'Runtime.Build': ({ handler, bundle }) => ({ handler, out: bundle, errors: [], sourcemaps: [] }),
}
const server = createServer(async (request, response) => {
  const parts = []
  for await (const part of request) parts.push(part)
  const { method, params } = JSON.parse(Buffer.concat(parts).toString())
  const answer = ANSWERS[method]
  response.end(JSON.stringify(answer ? { result: answer(params[0]) } : { error: `no answer to ${method}` }))
})
await new Promise((done) => server.listen(0, '127.0.0.1', done))
process.env.SST_SERVER = `http://127.0.0.1:${server.address().port}`
process.env.SST_SECRETS = JSON.stringify({ SlackSigningSecret: 's', SlackBotToken: 'b' })
for (const [name, value] of Object.entries(JSON.parse(process.env.SST_SECRETS)))
  process.env[`SST_SECRET_${name}`] = value
process.env.ASKLAKE_OPERATOR_EMAIL = 'operator@example.com'

const PROGRAM = `
import * as pulumi from '@pulumi/pulumi'
import * as aws from '@pulumi/aws'
import * as sst from './src/components/index.ts'
import { run } from './src/auto/run.ts'
import config from '${root}/sst.config.ts'
globalThis.sst = sst
globalThis.aws = aws
const resources = []
await pulumi.runtime.setMocks({
  newResource: ({ type, name, inputs }) => {
    resources.push({ type, name, inputs })
    const arn = 'arn:aws:mock:::' + name
    const url = 'https://' + name.toLowerCase() + '.example/'
    return { id: name + '-id', state: { arn, url, name, functionUrl: url, bucket: name.toLowerCase(), domainName: name.toLowerCase() + '.example', bucketRegionalDomainName: name.toLowerCase() + '.example', ...inputs } }
  },
  call: ({ token, inputs }) => {
    if (token.includes('getAvailabilityZones')) return { ...inputs, names: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'] }
    if (token.includes('getAmi')) return { ...inputs, id: 'ami-mock' }
    if (token.includes('getPolicyDocument')) return { ...inputs, json: JSON.stringify(inputs) }
    return { accountId: '000000000000', partition: 'aws', name: 'eu-central-1', region: 'eu-central-1', id: 'eu-central-1', dnsSuffix: 'amazonaws.com' }
  },
}, 'asklake', '${stage}', false)
await pulumi.runtime.runInPulumiStack(() => run(() => config.run()))
await pulumi.runtime.waitForRPCs?.()
globalThis.synthesised = resources
`

const app = { name: 'asklake', stage, removal: 'remove', protect: false, providers: { aws: {} } }
const cli = {
  command: 'deploy',
  rpc: '',
  paths: { home: work, root, work, platform },
  home: 'aws',
  state: { version: {} },
}
const outfile = join(platform, `synthesised-${process.pid}.mjs`)
await build({
  stdin: { contents: PROGRAM, resolveDir: platform, loader: 'ts' },
  outfile,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  define: { $app: JSON.stringify(app), $cli: JSON.stringify(cli), $dev: 'false' },
  inject: [join(platform, 'src/shim/run.js')],
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; import { dirname as dirnameOf } from 'node:path'; const require = requireFrom(import.meta.url); const __filename = import.meta.filename; const __dirname = dirnameOf(__filename);",
  },
  logLevel: 'error',
})
try {
  await import(outfile)
} finally {
  rmSync(outfile)
  server.close()
}
process.stdout.write(`${JSON.stringify(globalThis.synthesised)}\n`)

// Writes SST's platform (from npm, no account needed) unless it is there, builds the
// program that the GPU image starts, and runs the tests of this folder.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const OFFLINE = {
  SST_SKIP_DEPENDENCY_CHECK: '1',
  SST_NO_BUN: '1',
  SST_STAGE: 'dev',
  SST_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
}
const installed = existsSync('.sst/platform/node_modules/@pulumi/aws')
const STEPS = [
  ...(existsSync('infra/node_modules/sst') || installed
    ? []
    : [['npm', 'ci', '--prefix', 'infra', '--ignore-scripts']]),
  ...(installed ? [] : [['infra/node_modules/.bin/sst', 'install']]),
  ['node', 'build.mjs'],
  ['node', 'test/run.mjs', 'test/infra'],
]
for (const [program, ...args] of STEPS) {
  const { status } = spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, ...OFFLINE } })
  if (status !== 0) process.exit(status ?? 1)
}

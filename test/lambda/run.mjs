// Packages the functions for this machine, installs Lambda's runtime client from its own lock file, and runs the tests of this folder.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const STEPS = [
  ['node', 'build.mjs'],
  ['node', 'infra/package.mjs', '--arch', process.arch, '--out', 'dist/lambda-test'],
  ...(existsSync('test/lambda/runtime/node_modules')
    ? []
    : [['npm', 'ci', '--prefix', 'test/lambda/runtime', '--ignore-scripts']]),
  ['node', 'test/run.mjs', ...(process.argv.length > 2 ? process.argv.slice(2) : ['test/lambda'])],
]
for (const [program, ...args] of STEPS) {
  const { status } = spawnSync(program, args, { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

test('the configuration keeps to the types of SST and Pulumi', () => {
  const { stdout } = spawnSync('npx', ['tsc', '--noEmit', '-p', 'infra'], { encoding: 'utf8', maxBuffer: 2 ** 26 })
  // SST's own sources, which are checked along, do not keep to our flags.
  assert.match(stdout, /^\.sst\//m)
  assert.deepEqual(
    stdout.split('\n').filter((line) => /^(infra|sst\.config)/.test(line)),
    [],
  )
})

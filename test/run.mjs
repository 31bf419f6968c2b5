// Runs the test files named on the command line (or all that need no server, browser or network) under node:test with TypeScript.
import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

function testFiles(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return testFiles(path)
    return name.endsWith('.test.ts') ? [path] : []
  })
}

const asked = process.argv.slice(2)
const folders = asked.length > 0 ? asked : ['test/unit', 'test/flow', 'test/contract', 'test/model', 'test/attack']
const files = folders.flatMap((path) => (statSync(path).isDirectory() ? testFiles(path) : [path]))
const run = spawnSync(process.execPath, ['--import', 'tsx', '--test', '--test-concurrency=2', ...files], {
  stdio: 'inherit',
})
process.exit(run.status ?? 1)

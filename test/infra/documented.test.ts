import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { SETTINGS } from '../../src/settings.ts'

const guide = readFileSync('docs/deploy.md', 'utf8')
const commands = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text]) => text).join('\n')
const infra = readdirSync('infra')
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(`infra/${name}`, 'utf8'))
  .join('\n')
const scripts = JSON.parse(readFileSync('package.json', 'utf8')).scripts

test('every secret of the configuration is set by a command, and no other', () => {
  const made = [...infra.matchAll(/new sst\.Secret\('(\w+)'/g)].map(([, name]) => name)
  const set = [...commands.matchAll(/sst secret set (\w+)/g)].map(([, name]) => name)
  assert.deepEqual([...new Set(set)].sort(), made.sort())
})

test('every variable a command exports is read by somebody', () => {
  const read = new Set([...infra.matchAll(/process\.env\['(\w+)'\]/g)].map(([, name]) => name))
  for (const name of Object.keys(SETTINGS)) read.add(`ASKLAKE_${name.toUpperCase()}`)
  const named = [...commands.matchAll(/\b(ASKLAKE_\w+)=/g)].map(([, name]) => name as string)
  assert.ok(named.length >= 5)
  assert.deepEqual(
    named.filter((name) => !read.has(name)),
    [],
  )
})

test('every script, file and folder a command names is there', () => {
  for (const [, name = ''] of commands.matchAll(/npm run (\S+)/g)) assert.ok(scripts[name], name)
  const paths = [...guide.matchAll(/(?:^|[\s`(])((?:infra|examples|bench|test|src|docs)\/[\w./-]+\w)/gm)].map(
    ([, path]) => path as string,
  )
  assert.ok(paths.length > 15)
  assert.deepEqual(
    paths.filter((path) => !existsSync(path) && !path.startsWith('infra/node_modules')),
    [],
  )
})

test('the addresses that a deployment prints are those the guide uses', () => {
  const config = readFileSync('sst.config.ts', 'utf8')
  for (const name of ['data', 'state', 'api', 'slack', 'weights']) {
    assert.match(config, new RegExp(`\\b${name}:`), name)
    assert.ok(guide.includes(`\`${name}\``), name)
  }
})

test('the sums of docs/cost.md are those its script prints', () => {
  const printed = execFileSync('node', ['docs/cost.mjs'], { encoding: 'utf8' }).trim()
  assert.ok(readFileSync('docs/cost.md', 'utf8').includes(printed), printed)
})

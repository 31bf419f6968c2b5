import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { test } from 'node:test'

const TEXT = readFileSync('docs/security.md', 'utf8')
/** Promise, layer, tests. */
const ROWS = TEXT.split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| Promise'))
  .map((line) => line.split('|').slice(1, 4) as [string, string, string])

/** Files a text names in backticks, `x*.ts` as every file of that beginning; a bare name lies in the folder of the one before. */
function namedFiles(text: string): string[] {
  const files: string[] = []
  for (const [, name = ''] of text.matchAll(/`([\w.*-]+\.ts|\w[\w./*-]*\/[\w.*-]+\.(?:ts|json))`/g)) {
    files.push(name.includes('/') ? name : join(dirname(files.at(-1) ?? ''), name))
  }
  return files
}

function exists(path: string): boolean {
  const [begin = '', end = ''] = basename(path).split('*')
  const whole = !basename(path).includes('*')
  return readdirSync(dirname(path)).some((name) =>
    whole ? name === begin : name.startsWith(begin) && name.endsWith(end),
  )
}

test('every promise names its layer and a test', () => {
  assert.ok(ROWS.length > 25)
  for (const [promise, layer, tests] of ROWS) {
    assert.ok(layer.trim().length > 3, promise)
    assert.ok(/test\/[\w/*-]+\.test\.ts|test\/attack\/\*/.test(tests), promise)
  }
})

test('every file it names is there', () => {
  const named = [...ROWS.flatMap((row) => row.flatMap(namedFiles)), ...namedFiles(TEXT.split('## 1.')[1] ?? '')]
  assert.ok(named.length > 60)
  for (const file of named) assert.ok(exists(file), file)
})

test('every suite of attacks, faults and fuzz holds a promise', () => {
  const promised = new Set(ROWS.flatMap(([, , tests]) => namedFiles(tests)))
  const suites = ['attack', 'attack-slow', 'fault', 'fuzz'].flatMap((folder) =>
    readdirSync(join('test', folder)).map((name) => join('test', folder, name)),
  )
  const own = suites.filter((path) => path.endsWith('.test.ts') && path !== 'test/attack/total.test.ts')
  assert.ok(own.length > 20)
  for (const path of own) assert.ok(promised.has(path), path)
})

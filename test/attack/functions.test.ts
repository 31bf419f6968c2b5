import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DuckDBInstance, version } from '@duckdb/node-api'
import functions from '../../src/check/functions.json' with { type: 'json' }
import { denial, isKnown, isScalar, isTableFunction, VALUE_FUNCTIONS } from '../../src/check/functions.ts'
import { asciiLower } from '../../src/check/scope.ts'

/** Every function of the DuckDB that is installed. */
async function functionNames(): Promise<string[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const reader = await connection.runAndReadAll('SELECT DISTINCT function_name FROM duckdb_functions() ORDER BY 1')
  return reader.getRows().map(([name]) => String(name))
}

test('somebody has looked at every function of this DuckDB: it is allowed or denied in functions.json', async () => {
  const names = await functionNames()
  assert.ok(names.length > 800)
  assert.deepEqual(
    names.filter((name) => !isKnown(asciiLower(name))),
    [],
  )
})

test('functions.json speaks of the DuckDB that is installed', () => {
  assert.equal(functions.duckdb, version().replace(/^v/, ''))
})

test('no function is both allowed and denied, and every denial has a reason', () => {
  const denied = Object.values(functions.deny).flat()
  assert.deepEqual(
    denied.filter((name) => isScalar(name) || isTableFunction(name)),
    [],
  )
  for (const name of denied) assert.ok(denial(name)?.why, name)
})

test('functions written like columns are denied as functions, too', () => {
  for (const name of VALUE_FUNCTIONS) assert.ok(!isScalar(name), name)
})

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { serve } from '@hono/node-server'
import { stringify } from 'yaml'
import { newKey } from '../../functions/access/keys.ts'
import { createApi } from '../../functions/api.ts'
import { type Scripted, scriptedDeployment } from './deployment.ts'

/**
 * The panel of docs/http.md, asked as the Infinity data source's backend asks it: its addresses (Go's url.Values: sorted, blanks as +),
 * its Accept headers and its bearer token, as in https://github.com/grafana/grafana-infinity-datasource/tree/main/pkg/infinity
 * (request.go, headers.go). What Grafana makes of the records is not shown by this.
 */
const PANEL = JSON.parse(
  /```json\n(\{\s+"datasource"[\s\S]*?)```/.exec(readFileSync('docs/http.md', 'utf8'))?.[1] ?? '',
)
const ACCEPT = { json: 'application/json;q=0.9,text/plain', csv: 'text/csv; charset=utf-8' }

const folder = mkdtempSync(join(tmpdir(), 'asklake-infinity-'))
const { key, id, hash } = newKey()
let scripted: Scripted
let server: ReturnType<typeof serve>

before(async () => {
  const [, question] = PANEL.url_options.params as { value: string }[]
  const keys = join(folder, 'keys.yaml')
  writeFileSync(keys, stringify({ keys: [{ id, name: 'grafana', hash, rights: ['read'], datasets: ['northwind'] }] }))
  const sql = `SELECT CAST(date_trunc('month', OrderDate) AS DATE) AS month, sum(Freight) AS total_Freight
FROM Orders WHERE year(OrderDate) = 1997 GROUP BY 1 ORDER BY 1`
  scripted = await scriptedDeployment('examples', { [question?.value ?? '']: [{ sql }] }, { ASKLAKE_KEYS: keys })
  server = serve({ fetch: createApi(scripted.deployment).fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise<void>((resolve) => server.once('listening', () => resolve()))
})
after(async () => {
  await new Promise<void>((resolve) => server.close(() => resolve()))
  await scripted.close()
  rmSync(folder, { recursive: true })
})

interface Got {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

function panelRequest(panel: typeof PANEL, token: string): Promise<Got> {
  const { port } = server.address() as AddressInfo
  const query = new URLSearchParams(
    panel.url_options.params.map(({ key: name, value }: { key: string; value: string }) => [name, value]),
  )
  query.sort()
  const path = `${new URL(panel.url).pathname}?${query}`
  const headers = { accept: ACCEPT[panel.type as 'json' | 'csv'], authorization: `Bearer ${token}`, 'accept-encoding': 'gzip', 'user-agent': 'Go-http-client/1.1' } // biome-ignore format: a list
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path, headers }, async (response) => {
      let body = ''
      for await (const part of response) body += part
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body })
    })
    sent.once('error', reject).end()
  })
}

test('the panel in the docs gets a list of records with its columns: dates as text, numbers as numbers', async () => {
  const { status, headers, body } = await panelRequest(PANEL, key)
  assert.equal(status, 200)
  assert.match(headers['content-type'] ?? '', /^application\/json/)
  const records = JSON.parse(body) as Record<string, unknown>[]
  assert.equal(records.length, 12)
  for (const { selector, type } of PANEL.columns as { selector: string; type: string }[]) {
    const values = records.map((record) => record[selector])
    if (type === 'number') assert.ok(values.every((value) => typeof value === 'number'))
    else assert.ok(values.every((value) => /^\d{4}-\d\d-\d\d$/.test(String(value))))
  }
})

test('the same panel as CSV', async () => {
  const csv = { ...PANEL, type: 'csv', url: PANEL.url.replace('.json', '.csv') }
  const { status, body } = await panelRequest(csv, key)
  assert.equal(status, 200)
  assert.match(body, /^month,total_Freight\r\n1997-01-01,\d/)
})

test('without its key it is told so, as JSON with a status that Grafana shows', async () => {
  const { status, body } = await panelRequest(PANEL, 'wrong')
  assert.deepEqual([status, JSON.parse(body).code], [401, 'key-wrong'])
})

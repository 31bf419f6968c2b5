import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { listed } from './lists.ts'
import { openServed, type Served } from './served.ts'
import { CANARY } from './tenants.ts'

const folder = mkdtempSync(join(tmpdir(), 'asklake-addresses-'))
const arrived: string[] = []

let server: Server
let served: Served
let addresses: string[]

/** One dataset for every address, which its datapackage.json names as a resource's path; `tenant_b` is the neighbour. */
before(async () => {
  server = createServer((request, response) => {
    arrived.push(String(request.url))
    response.end('a\n1\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  addresses = listed<string>('addresses').map((text) => text.replaceAll('{{URL}}', url).replaceAll('{{FX}}', folder))
  mkdirSync(join(folder, 'tenant_b'))
  writeFileSync(join(folder, 'tenant_b', 'secret.csv'), `id,note\n1,${CANARY}1\n`)
  for (const [index, address] of addresses.entries()) writeDataset(join(folder, `set${index}`), address)
  served = await openServed(folder)
})
after(async () => {
  await served.close()
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

function writeDataset(path: string, address: string): void {
  mkdirSync(path)
  writeFileSync(join(path, 'orders.csv'), 'id,amount\n1,2\n2,3\n')
  symlinkSync('../tenant_b/secret.csv', join(path, 'linked.csv'))
  symlinkSync('/etc/passwd', join(path, 'passwd.csv'))
  const resources = [
    { name: 'orders', path: 'orders.csv' },
    { name: 'elsewhere', path: address },
  ]
  writeFileSync(join(path, 'datapackage.json'), JSON.stringify({ resources }))
}

test('files a datapackage.json names elsewhere, and links that lead out, are not read', async () => {
  for (const [index, address] of addresses.entries()) {
    const said = await served.get(`/v1/datasets/set${index}`)
    assert.equal(said.status, 200, address)
    const { tables } = JSON.parse(said.text) as { tables: { name: string; rows: number }[] }
    assert.deepEqual(
      tables.map(({ name, rows }) => [name, rows]),
      [['orders', 2]],
      address,
    )
    assert.ok(!said.text.includes(CANARY) && !said.text.includes('root:x:'), address)
  }
  assert.deepEqual(arrived, [])
})

test('an address as dataset or in FROM is refused and not called', async () => {
  for (const address of addresses) {
    const named = await served.post('/v1/ask', { dataset: address, question: 'total amount' })
    assert.equal(named.code, address === 'tenant_b' ? 'no-draft' : 'dataset-unknown', `${address}: ${named.text}`)
    const text = address.replaceAll("'", "''")
    for (const sql of [`SELECT * FROM '${text}'`, `SELECT * FROM read_csv('${text}')`, `FROM "${address}"`]) {
      const { code = 'none' } = await served.post('/v1/sql', { dataset: 'set0', sql })
      assert.match(code, /^sql-(forbidden|unparseable|not-select)$/, sql)
    }
  }
  assert.deepEqual(arrived, [])
})

import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { stringify } from 'yaml'
import { newKey } from '../../functions/access/keys.ts'
import type { Answer } from '../../src/answer.ts'

/** Words and numbers that only hidden rows and columns hold. */
export const HIDDEN = /zanzibar|oslo-secret|usd-ledger|9999991|salar|email|@hidden|wages|\bUS\b/i

const ORDERS = `order_id,customer_id,region,amount,code,note
1,1,EU,10,11,first
2,1,EU,20,12,second
3,2,EU,30,13,third
4,3,US,9999991,x9,zanzibar
5,3,US,9999991,x8,usd-ledger
6,4,US,9999991,x7,oslo-secret
`
const CUSTOMERS = `customer_id,name,email
1,Alpha Works,alpha@hidden.example
2,Beta Sons,beta@hidden.example
3,Zanzibar Corp,zanzibar@hidden.example
4,Oslo-Secret Ltd,oslo@hidden.example
`
const SALARIES = `person,wages
Ann,1000
Bob,2000
`
const PACKAGE = {
  name: 'shop',
  questions: ['Total amount of Zanzibar Corp'],
  resources: [
    { name: 'customers', path: 'customers.csv', metrics: [{ name: 'reachable', expression: 'count(email)' }] },
  ],
}

/** What the key `europe` sees. */
export const VIEW = {
  rows: { orders: "region = 'EU'", Customers: "customer_id IN (SELECT customer_id FROM orders WHERE region = 'EU')" },
  hidden: { customers: ['Email'], SALARIES: '*' },
}

/** What the scripted model drafts. */
export const SCRIPT = {
  'total amount by region': [{ sql: 'SELECT region, sum(amount) AS total FROM orders GROUP BY region' }],
  'amount of orders where name is zanzibr': [
    { sql: "SELECT sum(amount) FROM orders JOIN customers USING (customer_id) WHERE name = 'Zanzibr Corp'" },
  ],
}

/** Removed by whoever uses it. */
export const folder = mkdtempSync(join(tmpdir(), 'asklake-views-'))
/** The key file. */
export const keyPath = join(folder, 'keys.yaml')
/** The keys by the names of their entries. */
export const keys: Record<string, string> = {}

/** An entry of a key file that sees part of the shop. */
export function entry(name: string, view?: { rows?: object; hidden?: object }) {
  const { key, id, hash } = newKey()
  keys[name] = key
  const seen = { rows: view?.rows ? { shop: view.rows } : {}, hidden: view?.hidden ? { shop: view.hidden } : {} }
  return { id, name, hash, rights: ['read', 'sql', 'feedback'], datasets: '*', rate_per_minute: 1e6, ...seen }
}

const shop = join(folder, 'data', 'shop')
mkdirSync(shop, { recursive: true })
writeFileSync(join(shop, 'orders.csv'), ORDERS)
writeFileSync(join(shop, 'customers.csv'), CUSTOMERS)
writeFileSync(join(shop, 'salaries.csv'), SALARIES)
writeFileSync(join(shop, 'datapackage.json'), JSON.stringify(PACKAGE))
writeFileSync(
  keyPath,
  stringify({
    keys: [
      entry('whole'),
      entry('europe', VIEW),
      entry('europe too', VIEW),
      entry('first', { rows: { orders: 'order_id = 1' } }),
      entry('narrow', { hidden: { customers: ['email'], salaries: '*' } }),
      entry('empty', { rows: { orders: 'false' } }),
    ],
  }),
)
/** What came of a request. */
export interface Reply {
  status: number
  text: string
  json: Answer & { code: string; detail: string }
}

/** Sends a request with the key of that name. */
export async function sendAs(app: OpenAPIHono, name: string, path: string, body?: object, more = {}): Promise<Reply> {
  const response = await app.request(path, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: { authorization: `Bearer ${keys[name]}`, 'content-type': 'application/json', ...more },
  })
  const text = await response.text()
  return { status: response.status, text, json: /^[{[]/.test(text) ? JSON.parse(text) : {} }
}

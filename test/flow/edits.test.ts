import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { createApi } from '../../functions/api.ts'
import type { Answer } from '../../src/answer.ts'
import type { Edit } from '../../src/edit.ts'
import type { Worked } from '../../src/working.ts'
import { type Scripted, scriptedDeployment } from './deployment.ts'

type Body = Answer & { code: string; detail: string; hint: string; suggestions: string[] }

const BY_COUNTRY = 'SELECT ShipCountry, sum(Freight) AS total_Freight FROM Orders GROUP BY ShipCountry'

let scripted: Scripted
let app: OpenAPIHono

before(async () => {
  scripted = await scriptedDeployment('examples', {
    'freight of orders over the sea': [{ sql: BY_COUNTRY }],
    'freight of orders over the sea which of them were late?': [
      { sql: 'SELECT count(*) FROM Orders WHERE ShippedDate > RequiredDate' },
    ],
    'freight of orders over the sea zzz qqq': [{ sql: BY_COUNTRY, score: -3 }],
    'customers of the orders': [
      { sql: 'SELECT count(*) AS n FROM Orders JOIN Customers ON Orders.CustomerID = Customers.CustomerID' },
    ],
    'orders above the average freight': [
      {
        sql: 'WITH m AS (SELECT ShipCountry, sum(Freight) AS f FROM Orders WHERE Freight > (SELECT avg(Freight) FROM Orders) GROUP BY 1) SELECT max(f) FROM m',
      },
    ],
    'odd orders': [{ sql: 'SELECT ShipCountry FROM Orders LIMIT 2 + 3' }],
  })
  app = createApi(scripted.deployment)
})
after(() => scripted.close())

async function ask(body: object) {
  const response = await app.request('/v1/ask', {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
  return { status: response.status, json: (await response.json()) as Body }
}

const first = async (question = 'freight of orders over the sea') =>
  (await ask({ question, dataset: 'northwind' })).json
const edit = (previous: string, ...edits: Edit[]) => ask({ previous, edits })

describe('edits by the API', () => {
  test('the answer carries its reading, and each change it offers is taken as it is, without the model', async () => {
    const answer = await first()
    const { chips, add } = answer.reading ?? { chips: [], add: [] }
    assert.deepEqual(
      chips.map((chip) => [chip.id, chip.text]),
      [
        ['measure-0', 'total freight'],
        ['by-0', 'ship country'],
        ['chart-0', 'as fits best'],
      ],
    )
    const asked = scripted.asked.length
    const offered = [...chips.flatMap((chip) => chip.choices.slice(0, 3)), ...add.slice(0, 3)]
    for (const choice of offered) {
      const { status, json } = await edit(answer.id, choice.edit)
      assert.equal(status, 200, JSON.stringify([choice, json]))
    }
    assert.equal(scripted.asked.length, asked)
  })

  test('an edited answer is an answer: rows, explanation, a reading of its own, kept, recalled, edited further', async () => {
    const answer = await first()
    const { json } = await edit(answer.id, { slot: 'filter', do: 'add', values: ['germany'] })
    assert.deepEqual(json.rows.length, 1)
    assert.match(json.explanation, /Germany/)
    assert.equal(json.question, 'total freight by ship country, ship country is “Germany”')
    const again = await edit(answer.id, { slot: 'filter', do: 'add', values: ['germany'] })
    assert.deepEqual([json.plan.cached, again.json.plan.cached], [false, true])
    const month = await edit(json.id, { slot: 'by', do: 'set', at: 0, grain: 'month' })
    assert.match(month.json.sql, /ShipCountry = 'Germany'/)
    assert.ok(month.json.row_count > 12)
    const kept = await app.request(`/v1/answers/${month.json.id}`)
    assert.equal(kept.status, 200)
  })

  test('the chart asked for stays until it is taken back', async () => {
    const pie = (await edit((await first()).id, { slot: 'chart', do: 'set', chart: 'pie' })).json
    const top = (await edit(pie.id, { slot: 'limit', do: 'set', limit: 3 })).json
    assert.equal(top.reading?.chart, 'pie')
    const none = (await edit(top.id, { slot: 'chart', do: 'remove' })).json
    assert.equal(none.reading?.chart, null)
    assert.equal(none.row_count, 3)
  })

  const refusals: [string, () => Promise<{ status: number; json: Body }>, number, string][] = [
    ['edits of nothing', () => ask({ edits: [{ slot: 'limit', do: 'set', limit: 3 }], dataset: 'northwind' }), 400, 'bad-request'],
    ['neither words nor edits', () => ask({ dataset: 'northwind' }), 400, 'bad-request'],
    ['an edit nobody knows', async () => edit((await first()).id, { slot: 'colour', do: 'set' } as never), 400, 'bad-request'],
    ['SQL in an edit', async () => edit((await first()).id, { slot: 'by', do: 'add', column: 'Freight) FROM Orders --' }), 422, 'edit-unfit'],
    ['an edit that fits nothing', async () => edit((await first()).id, { slot: 'period', do: 'set', period: 'soon' }), 422, 'edit-unfit'],
    ['a statement that cannot be written anew', async () => edit((await first('odd orders')).id, { slot: 'limit', do: 'set', limit: 3 }), 422, 'edit-unfit'],
    ['an answer no longer kept', () => edit('gone', { slot: 'limit', do: 'set', limit: 3 }), 404, 'answer-unknown'],
  ] // biome-ignore format: a table
  for (const [name, work, status, code] of refusals) {
    test(`${name}: ${code}`, async () => {
      const made = await work()
      assert.deepEqual([made.status, made.json.code], [status, code])
    })
  }

  test('a value with a quote in it is a value', async () => {
    const { json } = await edit((await first()).id, {
      slot: 'filter',
      do: 'add',
      column: 'ShipCountry',
      values: ["x' OR 1=1 --"],
    })
    assert.equal(json.row_count, 0)
  })

  test('one of several columns is asked for', async () => {
    const { status, json } = await edit((await first('customers of the orders')).id, {
      slot: 'filter',
      do: 'add',
      values: ['Germany'],
    })
    assert.deepEqual([status, json.code], [422, 'edit-ambiguous'])
    assert.equal(json.suggestions.length, 2)
  })
})

describe('follow-ups in words', () => {
  test('an edit asks no model; the rest goes to it with the question before', async () => {
    const answer = await first()
    const asked = scripted.asked.length
    const top = await ask({ question: 'top 3, only 1997, as a pie', previous: answer.id })
    assert.equal(top.json.row_count, 3)
    assert.equal(top.json.reading?.chart, 'pie')
    assert.equal(scripted.asked.length, asked)
    const late = await ask({ question: 'which of them were late?', previous: answer.id })
    assert.equal(late.status, 200)
    assert.equal(scripted.asked.at(-1), 'freight of orders over the sea which of them were late?')
  })

  test('words that name no data and make no sure reading are refused, whatever the question before named', async () => {
    const answer = await first()
    const { status, json } = await ask({ question: 'zzz qqq', previous: answer.id })
    assert.deepEqual([status, json.code], [422, 'unsure'])
    assert.match(json.detail, /"zzz", "qqq"/)
  })

  test('words that may mean several things are asked back, and what is suggested is understood', async () => {
    const answer = await first('customers of the orders')
    const { json } = await ask({ question: 'only Germany', previous: answer.id })
    assert.equal(json.code, 'edit-ambiguous')
    const asked = scripted.asked.length
    for (const suggestion of json.suggestions) {
      const { status } = await ask({ question: suggestion, previous: answer.id })
      assert.equal(status, 200, suggestion)
    }
    assert.equal(scripted.asked.length, asked)
  })
})

describe('the working', () => {
  const working = async (id: string) => {
    const response = await app.request(`/v1/answers/${id}/working`)
    return { status: response.status, json: (await response.json()) as { parts: Worked[]; code: string } }
  }

  test('each part with its rows and a sample, the answer last', async () => {
    const { json } = await working((await first('orders above the average freight')).id)
    assert.deepEqual(
      json.parts.map(({ kind, rows, depth }) => [kind, rows, depth]),
      [
        ['with', 21, 0],
        ['sub-query', 1, 1],
        ['rows', 830, 2],
        ['rows', 830, 1],
        ['kept', 242, 1],
        ['rows', 21, 0],
        ['answer', 1, 0],
      ],
    )
    for (const part of json.parts) assert.ok(part.sample.length <= 5 && part.text.length >= 5)
  })

  test('a sub-query that speaks of the row around it is shown without rows', async () => {
    const sql =
      'SELECT count(*) FROM Customers c WHERE EXISTS (SELECT 1 FROM Orders o WHERE o.CustomerID = c.CustomerID)'
    const response = await app.request('/v1/sql', {
      method: 'POST',
      body: JSON.stringify({ sql, dataset: 'northwind' }),
      headers: { 'content-type': 'application/json' },
    })
    const { json } = await working(((await response.json()) as Answer).id)
    assert.equal(json.parts[0]?.rows, null)
    assert.equal(json.parts.at(-1)?.rows, 1)
  })

  test('of no answer', async () => {
    assert.equal((await working('gone')).json.code, 'answer-unknown')
  })
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { FINDING_RULES, type VerifyEffects, verify } from '../../src/verify.ts'
import { FINDING_CASES, type FindingCase, QUIET_STATEMENTS, STRAYS } from '../fixtures/findings.ts'
import { openShop, type Shop } from '../fixtures/shop.ts'

let shop: Shop
before(async () => {
  shop = await openShop(STRAYS)
})
after(() => shop.close())

/** Effects over the shop that count the further queries and fail on a rule's failure. */
function effects(asked: string[] = []): VerifyEffects {
  return {
    database: {
      query: (_, sql) => {
        asked.push(sql)
        return shop.query(sql)
      },
    },
    settings: { query_timeout_ms: 10_000, verify_max_rows: 5_000_000 },
    warn: (problem) => {
      throw problem
    },
  }
}

async function look(
  { sql, truncated = false, linked = [] }: Omit<FindingCase, 'rule' | 'says'>,
  world = effects(),
  language: 'en' | 'zh' = 'en',
) {
  const rows = { ...(await shop.query(sql)), truncated }
  return verify({ catalog: shop.catalog, checked: { sql, tree: await shop.parse(sql) }, rows, linked, language }, world)
}

for (const one of FINDING_CASES) {
  test(`${one.rule}: ${one.sql}`, async () => {
    const found = await look(one)
    const texts = found.filter((finding) => finding.code === one.rule).map((finding) => finding.text)
    assert.ok(
      texts.some((text) => text.includes(one.says)),
      JSON.stringify(found),
    )
    const chinese = await look(one, effects(), 'zh')
    assert.ok(chinese.some((finding) => finding.code === one.rule && /\p{Script=Han}/u.test(finding.text)))
  })
}

test('every rule has a case and no two share a name', () => {
  const names = FINDING_RULES.map((rule) => rule.name)
  assert.deepEqual(
    names.filter((name) => !FINDING_CASES.some((one) => one.rule === name)),
    [],
  )
  assert.equal(new Set(names).size, names.length)
})

for (const sql of QUIET_STATEMENTS) {
  test(`nothing to say: ${sql}`, async () => {
    assert.deepEqual(await look({ sql }), [])
  })
}

test('tables above verify_max_rows are asked nothing further', async () => {
  const asked: string[] = []
  const small = { ...effects(asked), settings: { query_timeout_ms: 1000, verify_max_rows: 10 } }
  for (const { sql } of FINDING_CASES)
    if (!sql.includes('products') && !sql.includes('customers')) await look({ sql }, small)
  assert.deepEqual(asked, [])
})

test('further queries are few', async () => {
  for (const { sql } of FINDING_CASES) {
    const asked: string[] = []
    await look({ sql }, effects(asked))
    assert.ok(asked.length <= 8, `${asked.length} queries for ${sql}`)
  }
})

test('a rule that fails is told to the operator and costs the asker nothing', async () => {
  const problems: unknown[] = []
  const broken = {
    ...effects(),
    database: { query: () => Promise.reject(new Error('gone')) },
    warn: (problem: unknown) => problems.push(problem),
  }
  const found = await look({ sql: 'SELECT status, sum(amount) FROM orders GROUP BY 1' }, broken)
  assert.deepEqual(
    found.map((finding) => finding.code),
    ['mixed-units'],
  )
  assert.ok(problems.length > 0)
})

test('a filter that matched nothing offers the statement with the nearest stored value', async () => {
  const sql = "SELECT count(*) FROM customers WHERE country = 'Germny'"
  const [found] = await look({ sql })
  assert.deepEqual(found?.rewrite, {
    from: 'Germny',
    to: 'Germany',
    sql: "SELECT count(*) FROM customers WHERE country = 'Germany'",
  })
  assert.deepEqual(await look({ sql: String(found?.rewrite?.sql) }), [])
})

test('no statement is offered where nothing is near, or the value stands twice', async () => {
  for (const where of ["country = 'Xylophonia'", "country = 'Germny' OR city = 'Germny'"]) {
    const found = await look({ sql: `SELECT count(*) FROM customers WHERE ${where}` })
    assert.ok(found.length > 0)
    assert.ok(found.every((finding) => finding.rewrite === undefined))
  }
})

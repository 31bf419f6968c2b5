import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { answerable } from '../../src/answerable.ts'
import { readCatalog } from '../../src/catalog.ts'
import { link } from '../../src/link.ts'
import { readSettings } from '../../src/settings.ts'

const catalog = await readCatalog('examples/weather', { settings: readSettings({}) })
const judge = (question: string) => answerable(link(question, catalog), catalog)

const answered = [
  'average wind by location',
  'how many days did it snow in New York?',
  'which weather contains "Alex"?',
  'What is the highest wind? Print the date as well',
]
const refused = [
  ['zebra stripes of unicorn foals', /"zebra"/],
  ['average wind in Rome', /"Rome"/],
  ['what will the weather be tomorrow', /"tomorrow"|not what will be/],
] as const

for (const question of answered) test(`can be asked: ${question}`, () => assert.deepEqual(judge(question).reason, ''))
for (const [question, reason] of refused) {
  test(`is not in the data: ${question}`, () => {
    const verdict = judge(question)
    assert.equal(verdict.answerable, false)
    assert.match(verdict.reason, reason)
    assert.equal(verdict.suggestions.length, 3)
  })
}

test('Chinese is understood where the data is Chinese, and refused in one word for each stretch where it is not', async () => {
  const refusal = judge('每个国家的订单数')
  assert.equal(refusal.answerable, false)
  assert.match(refusal.reason, /"国家", "订单"/)
  const root = await mkdtemp(join(tmpdir(), 'asklake-chinese-'))
  try {
    await writeFile(join(root, '订单.csv'), '订单号,国家,金额\n1,德国,10.5\n2,法国,20\n')
    const chinese = await readCatalog(root, { settings: readSettings({}) })
    for (const question of ['每个国家的订单数', '德国的订单', '每月金额', '2024年的平均金额', '一共有多少条记录']) {
      assert.equal(answerable(link(question, chinese), chinese).reason, '', question)
    }
    assert.match(answerable(link('明天天气预报', chinese), chinese).reason, /"明天天气预报"|"明"/)
  } finally {
    await rm(root, { recursive: true })
  }
})

import assert from 'node:assert/strict'
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

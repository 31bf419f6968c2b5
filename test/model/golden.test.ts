import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { programText } from '../../src/draft/program.ts'
import { openExamples, readGolden } from './golden.ts'

const examples = await openExamples()
after(() => examples.model.close())

test('the weights in the repository write the expected programs', async () => {
  const golden = readGolden()
  assert.ok(golden.length >= 24, `only ${golden.length} cases`)
  for (const { dataset, question, program } of golden) {
    const [best] = await examples.draft(dataset, question)
    assert.equal(programText(best?.program ?? []), program, `${dataset}: ${question}`)
  }
})

test('equal questions get equal drafts, also when asked at once', async () => {
  const { dataset, question } = readGolden()[0] ?? assert.fail('no golden case')
  const [first, second] = await Promise.all([examples.draft(dataset, question), examples.draft(dataset, question)])
  assert.deepEqual(first, second)
})

test('drafts come best first', async () => {
  for (const { dataset, question } of readGolden().slice(0, 5)) {
    const scores = (await examples.draft(dataset, question)).map(({ score }) => score)
    assert.deepEqual(
      scores,
      [...scores].sort((a, b) => b - a),
    )
  }
})

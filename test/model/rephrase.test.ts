import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rephrased } from '../../model/data/rephrase.ts'
import { randomOf } from '../../model/data/synthetic/random.ts'
import { isAnswer } from '../../model/data/wtq.ts'
import { parseProgram, programText } from '../../src/draft/program.ts'

const PHRASES = new Map([
  ['players', ['people who play']],
  ['san', ['saint']],
])

test('a phrase is said otherwise, and the program points at the words it pointed at', () => {
  const pair = {
    question: 'How many players live in San Jose?',
    program: parseProgram('select count * where i1 = w5 w6 from i0'),
  }
  const said = rephrased(randomOf(1), pair, PHRASES)
  assert.equal(said?.question, 'How many people who play live in San Jose?')
  assert.equal(programText(said?.program ?? []), 'select count * where i1 = w7 w8 from i0')
})

test('words of a value stay as they are', () => {
  const pair = { question: 'Who lives in San Jose?', program: parseProgram('select i2 where i1 = w3 w4 from i0') }
  assert.equal(rephrased(randomOf(1), pair, PHRASES), undefined)
})

test('a result is the answer when its one column says the same, in any order', () => {
  assert.ok(isAnswer([[12467]], ['12,467']), 'a number')
  assert.ok(isAnswer([['1993-06-09']], ['9 June 1993']), 'a day')
  assert.ok(isAnswer([['peru'], ['ecuador']], ['Ecuador', 'Peru']), 'names')
  assert.ok(!isAnswer([['peru']], ['Ecuador', 'Peru']), 'one is missing')
  assert.ok(!isAnswer([['peru', 1]], ['Peru']), 'a column too many')
})

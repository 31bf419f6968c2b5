import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { State } from '../../src/draft/grammar.ts'
import { readableWords } from '../../src/draft/readable.ts'
import { wordsOf } from '../../src/link/words.ts'

/** The words that may come next at a place of a condition over a column of that kind. */
function readable(question: string, frame: object): string[] {
  const words = wordsOf(question)
  const test = readableWords({ question, words }, '2026-01-15')
  return words.filter((_, at) => test({ frame } as unknown as State, at)).map(({ text }) => text)
}

const value = (kind: string) => ({ place: 'value', clause: 'where', draft: { kind } })
const span = (kind: string, first: number) => ({ place: 'span', clause: 'where', draft: { kind }, span: { first } })

test('a number is compared with numbers only', () => {
  assert.deepEqual(readable('info done by 3 people over 12,000', value('number')), ['3', '12,000'])
})

test('numbers in words count, and end where the number ends', () => {
  const question = 'more than two million people'
  assert.ok(readable(question, value('number')).includes('two'))
  assert.deepEqual(readable(question, span('number', 2)), ['two', 'million'])
})

test('a date is compared with what names a time', () => {
  assert.deepEqual(readable('treatment since March 2014', value('date')), ['since', 'March', '2014'])
})

test('text takes any words, and the limit a number', () => {
  assert.equal(readable('who is called Bob', value('text')).length, 4)
  assert.deepEqual(readable('the 5 oldest', { place: 'limit', clause: 'limit', draft: { kind: 'other' } }), [
    'the',
    '5',
  ])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rewrittenSpans } from '../../model/lexicon/rewrites.ts'
import { mergedPieces } from '../../model/vocabulary/merge.ts'
import { editDistance, nearWords, spellingOf } from '../../src/link/fuzzy.ts'

test('the most frequent neighbours are merged first, whatever the order of the words', () => {
  const counts = new Map([
    ['low', 5],
    ['lower', 2],
    ['newest', 6],
    ['widest', 3],
  ])
  const letters = ['▁l', '▁n', '▁w', 'd', 'e', 'i', 'o', 'r', 's', 't', 'w']
  const pieces = mergedPieces(counts, letters.length + 3)
  assert.deepEqual([...pieces].sort(), [...letters, 'ow', 'es', 'est'].sort())
  assert.deepEqual(mergedPieces(new Map([...counts].reverse()), letters.length + 3), pieces)
})

test('a rewrite is the phrase that stands where another stood', () => {
  assert.deepEqual(
    rewrittenSpans('How many staff are there in each division?', 'How many employees are there in each department?'),
    ['staff > employe', 'division > department'],
  )
  assert.deepEqual(rewrittenSpans('show names', 'show names'), [])
})

test('distance counts inserted, left out, changed and swapped letters, up to a bound', () => {
  assert.deepEqual(
    [
      ['germny', 'germany'],
      ['beatls', 'beatles'],
      ['albmus', 'albums'],
      ['paris', 'paris'],
      ['kitten', 'sitting'],
    ].map(([a, b]) => editDistance(a as string, b as string, 2)),
    [1, 1, 1, 0, 3],
  )
})

test('a misspelt word finds known words near it, one letter away when short', () => {
  const spelling = spellingOf(['germany', 'francisco', 'paris', 'pariah'])
  assert.deepEqual(nearWords(spelling, 'germny'), [{ word: 'germany', distance: 1 }])
  assert.deepEqual(nearWords(spelling, 'fransisko'), [{ word: 'francisco', distance: 2 }])
  assert.deepEqual(nearWords(spelling, 'pariz'), [{ word: 'paris', distance: 1 }])
  assert.deepEqual(nearWords(spelling, 'xyzzy'), [])
})

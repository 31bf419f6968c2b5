import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitWord } from '../../src/link/split.ts'
import { identifierWords, numberOf, stem, withoutSharedPrefix, wordsOf } from '../../src/link/words.ts'

test('a text is cut into numbers, runs of letters, CJK signs and other signs, with their places', () => {
  const texts = (text: string) => wordsOf(text).map((word) => word.text)
  assert.deepEqual(texts("What's 1,200.5 in 2012,2013?"), ['What', "'", 's', '1,200.5', 'in', '2012', ',', '2013', '?'])
  assert.deepEqual(texts('Málaga 销售额 $5k 2023-03-01'), [
    'Málaga',
    '销',
    '售',
    '额',
    '$',
    '5',
    'k',
    '2023',
    '-',
    '03',
    '-',
    '01',
  ])
  for (const { text, start, end } of wordsOf('Wie groß ist 北京, "NYC"?')) {
    assert.equal('Wie groß ist 北京, "NYC"?'.slice(start, end), text)
  }
})

test('words that mean the same have the same stem', () => {
  const families = [
    'city cities', 'old older oldest', 'heavy heavier heaviest', 'big biggest', 'person people', 'woman women', 'hire hired hiring',
    'locate located locating', 'plan plans planned', 'plane planes', 'movie movies', 'date dated dates', 'course courses', 'class classes',
    'address addresses', 'box boxes', 'stop stopped stopping', 'company companies', 'child children', 'name named names', 'theme themes',
    'Malaga Málaga', 'cafe Café', 'id ids', 'price prices', 'state states',
  ] // biome-ignore format: a table
  for (const family of families) assert.equal(new Set(family.split(' ').map(stem)).size, 1, family)
  for (const pair of ['plan plane', 'theme them', 'state stat', 'data date', 'supplier supply', 'string str']) {
    assert.equal(new Set(pair.split(' ').map(stem)).size, 2, pair)
  }
})

test('identifiers are split at signs, case and digits; the prefix of all columns is dropped only when the rest stays a name', () => {
  assert.deepEqual(identifierWords('sbTxCustId'), ['sb', 'tx', 'cust', 'id'])
  assert.deepEqual(identifierWords('HTTPServer_2nd-name'), ['http', 'server', '2', 'nd', 'name'])
  assert.deepEqual(identifierWords('petIDs'), ['pet', 'ids'])
  assert.deepEqual(identifierWords('订单_金额'), ['订', '单', '金', '额'])
  assert.deepEqual(identifierWords('***'), ['***'])
  const bare = (...names: string[]) => withoutSharedPrefix(names.map(identifierWords)).map((words) => words.join(' '))
  assert.deepEqual(bare('sbTxId', 'sbTxCustId', 'sbTxType'), ['id', 'cust id', 'type'])
  assert.deepEqual(bare('cust', 'cust_name', 'cust_id'), ['cust', 'cust name', 'cust id'])
  assert.deepEqual(bare('q_1', 'q_2', 'q_3'), ['q 1', 'q 2', 'q 3'])
})

test('joined names are taken apart only into words', () => {
  const dictionary = {
    parts: new Set(['grade', 'point', 'pet', 'blue', 'tooth', 'name']),
    whole: new Set(['bluetooth']),
  }
  assert.deepEqual(splitWord('gradepoint', dictionary), ['grade', 'point'])
  assert.deepEqual(splitWord('petid', dictionary), ['pet', 'id'])
  assert.deepEqual(splitWord('bluetooth', dictionary), ['bluetooth'])
  assert.deepEqual(splitWord('xyzzyname', dictionary), ['xyzzyname'])
  assert.deepEqual(splitWord('actid', { ...dictionary, tables: ['activity'] }), ['activity', 'id'])
})

test('numbers are read from digits and words', () => {
  assert.deepEqual(['1,200.5', 'Twelve', '2014', 'x', '1.2.3'].map(numberOf), [1200.5, 12, 2014, undefined, undefined])
})

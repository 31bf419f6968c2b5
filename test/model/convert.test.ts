import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { alignLiterals } from '../../model/data/align.ts'
import { bareCatalog, bareColumn, bareTable } from '../../model/data/bare.ts'
import { convertQuery } from '../../model/data/convert.ts'
import { datePartsOf } from '../../model/data/dates.ts'
import { impliedJoins } from '../../model/data/pairs.ts'
import { namesOf } from '../../model/data/scope.ts'
import { openParser, straightened } from '../../model/data/sql.ts'
import { differences } from '../../model/data/synonyms.ts'
import { parseVql } from '../../model/data/vql.ts'
import { programText } from '../../src/draft/program.ts'
import { wordsOf } from '../../src/link/words.ts'

// Items: 0 singer, 1 id, 2 name, 3 age, 4 country; 5 concert, 6 concert_id, 7 singer_id, 8 held
const catalog = bareCatalog(
  'music',
  [
    bareTable('singer', [bareColumn('id', 'number', true), bareColumn('name', 'text'), bareColumn('age', 'number'), bareColumn('country', 'text')], ['id']),
    bareTable('concert', [bareColumn('concert_id', 'number', true), bareColumn('singer_id', 'number'), bareColumn('held', 'date')], ['concert_id']),
  ],
  [{ from: { table: 'concert', columns: ['singer_id'] }, to: { table: 'singer', columns: ['id'] }, source: 'declared', inclusion: 1 }],
) // biome-ignore format: items are numbered by line

const names = namesOf(catalog)
const { parse, close } = await openParser()
after(close)

async function program(question: string, sql: string): Promise<string> {
  const query = sql.startsWith('Visualize')
    ? await parseVql(sql, catalog, parse)
    : await parse(straightened(sql, catalog))
  const loose = convertQuery(query, names, impliedJoins(catalog, names))
  return programText(alignLiterals(loose, { words: wordsOf(question), text: question }))
}

test('joins that follow from the keys are not written', async () => {
  const sql = 'SELECT T1.name FROM singer AS T1 JOIN concert AS T2 ON T1.id = T2.singer_id'
  assert.equal(await program('names', sql), 'select i2 from i0 i5')
})

test('joins that do not follow are written', async () => {
  const sql = 'SELECT T1.name FROM singer AS T1 JOIN concert AS T2 ON T1.age = T2.concert_id'
  assert.equal(await program('names', sql), 'select i2 from i0 i5 on i3 i6')
})

test('values become spans: exact, number words, inflected, initials', async () => {
  const where = (question: string, condition: string) => program(question, `SELECT name FROM singer WHERE ${condition}`)
  assert.equal(await where('singers from France', 'country = "France"'), 'select i2 where i4 = w2 w2 from i0')
  assert.equal(await where('singers older than thirty', 'age > 30'), 'select i2 where i3 > w3 w3 from i0')
  assert.equal(await where('singers from the US', "country = 'United States'"), 'select i2 where i4 = w3 w3 from i0')
  assert.equal(await where('name has an "a" in it', "name LIKE '%a%'"), 'select i2 where i2 like w4 w4 from i0')
})

test('one and words not said are constants; other values are a loss', async () => {
  assert.equal(
    await program('oldest singer', 'SELECT name FROM singer ORDER BY age DESC LIMIT 1'),
    'select i2 order i3 desc limit #1 from i0',
  )
  await assert.rejects(program('singers there', "SELECT name FROM singer WHERE country = 'Peru'"), {
    reason: 'value not in the question',
  })
})

test('brackets are multiplied out unless the language reads them so', async () => {
  const tail = "country = 'A' OR country = 'B'"
  assert.equal(
    await program('A or B over 3', `SELECT name FROM singer WHERE age > 3 AND (${tail})`),
    'select i2 where i3 > w4 w4 and i4 = w0 w0 or i4 = w2 w2 from i0',
  )
  assert.equal(
    await program('A or 3 with B', "SELECT name FROM singer WHERE (country = 'A' OR age = 3) AND name = 'B'"),
    'select i2 where i4 = w0 w0 and i2 = w4 w4 or i3 = w2 w2 and i2 = w4 w4 from i0',
  )
})

test('orders of several directions', async () => {
  const sql = 'SELECT name FROM singer ORDER BY age DESC, name, country'
  assert.equal(await program('x', sql), 'select i2 order i3 desc i2 i4 asc from i0')
})

test('self-joins and correlated sub-queries are named as losses', async () => {
  await assert.rejects(program('x', 'SELECT a.name FROM singer AS a JOIN singer AS b ON a.age = b.age'), {
    reason: 'self-join',
  })
  const correlated =
    'SELECT name FROM singer WHERE age > (SELECT avg(concert_id) FROM concert WHERE singer_id = singer.id)'
  await assert.rejects(program('x', correlated), { reason: 'correlated sub-query' })
})

test('a chart of bins becomes a function and its group', async () => {
  const vql = 'Visualize BAR SELECT held , COUNT(held) FROM concert ORDER BY COUNT(held) DESC BIN held BY WEEKDAY'
  assert.equal(await program('x', vql), 'select weekday i8 count i8 group weekday i8 order count i8 desc from i5')
})

test('a chart of colours selects the colour', async () => {
  const vql = 'Visualize BAR SELECT country , COUNT(country) FROM singer GROUP BY age , country'
  assert.equal(await program('x', vql), 'select i4 i3 count i4 group i3 i4 from i0')
})

test('dates in words', () => {
  assert.deepEqual(datePartsOf(wordsOf('July 5th, 2009').map(({ lower }) => lower)), { year: 2009, month: 7, day: 5 })
  assert.deepEqual(datePartsOf(wordsOf('2009-07-05').map(({ lower }) => lower)), { year: 2009, month: 7, day: 5 })
  assert.equal(datePartsOf(['in', 'july']), null)
})

test('what differs between two wordings', () => {
  const [one, other] = ['show the customers by city'.split(' '), 'show the clients by city'.split(' ')]
  assert.deepEqual(differences(one, other), [[['customers'], ['clients']]])
  assert.deepEqual(differences(['a', 'b', 'c'], ['x', 'y', 'z']), [])
})

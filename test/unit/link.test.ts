import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { type Catalog, type Column, itemsOf, type Kind, type Metric } from '../../src/catalog.ts'
import { type Links, link, RELATIONS, wordsOf } from '../../src/link.ts'

interface Fixture {
  tables: Record<string, { title?: string; key?: string[]; columns: Record<string, FixtureColumn> }>
  metrics?: Metric[]
  joins?: [string, string][]
  cases: { question: string; links?: string[]; none?: string[]; values?: string[] }[]
}

interface FixtureColumn {
  kind?: Kind
  values?: string[]
  title?: string
  synonyms?: string[]
  min?: string
  max?: string
}

function columnOf(name: string, { kind = 'text', values = [], synonyms = [], ...rest }: FixtureColumn): Column {
  const measured = { nullShare: 0, distinct: values.length, frequent: [], values }
  return { name, type: 'VARCHAR', kind, role: 'text', synonyms, ...measured, ...rest }
}

function catalogOf({ tables, metrics = [], joins = [] }: Fixture): Catalog {
  const end = (name: string) => ({ table: name.split('.')[0] as string, columns: [name.split('.')[1] as string] })
  return {
    dataset: 'fixture',
    tables: Object.entries(tables).map(([name, { title, key = [], columns }]) => ({
      name,
      ...(title === undefined ? {} : { title }),
      synonyms: [],
      rows: 10,
      columns: Object.entries(columns).map(([column, fixture]) => columnOf(column, fixture)),
      primaryKey: key,
      source: { format: 'csv', files: [], options: {}, bytes: 0 },
    })),
    joins: joins.map(([from, to]) => ({ from: end(from), to: end(to), source: 'declared', inclusion: 1 })),
    metrics,
    questions: [],
    fingerprint: { schema: '', data: '' },
    notes: [],
  }
}

function namesOf(catalog: Catalog): string[] {
  return itemsOf(catalog).map((item) => {
    const table = catalog.tables[item.table]
    return item.kind === 'table' ? `${table?.name}` : `${table?.name}.${table?.columns[item.column]?.name}`
  })
}

function linkTexts(links: Links, names: string[]): string[] {
  const relations = new Map<number, string>(Object.entries(RELATIONS).map(([name, id]) => [id, name]))
  return links.links.map(
    ({ word, item, relation }) => `${links.words[word]?.text} ${names[item]} ${relations.get(relation)}`,
  )
}

function valueTexts(links: Links, names: string[]): string[] {
  return links.values.map(({ first, last, item, value, how }) => {
    const text = links.question.slice(links.words[first]?.start, links.words[last]?.end)
    return `${text} = ${names[item]} ${value} ${how}`
  })
}

const folder = join(import.meta.dirname, '..', 'fixtures', 'link')
const fixtures = readdirSync(folder).map((file) => ({
  file,
  fixture: parse(readFileSync(join(folder, file), 'utf8')) as Fixture,
}))

for (const { file, fixture } of fixtures) {
  const catalog = catalogOf(fixture)
  const names = namesOf(catalog)
  for (const { question, links = [], none = [], values = [] } of fixture.cases) {
    test(`${file}: ${question}`, () => {
      const found = link(question, catalog)
      const texts = linkTexts(found, names)
      for (const expected of links) assert.ok(texts.includes(expected), `${expected} not among\n${texts.join('\n')}`)
      for (const unwanted of none) {
        assert.deepEqual(
          texts.filter((text) => text.startsWith(`${unwanted} `)),
          [],
        )
      }
      const valued = valueTexts(found, names)
      for (const expected of values) assert.ok(valued.includes(expected), `${expected} not among\n${valued.join('\n')}`)
    })
  }
}

test('links and values refer to words and items that exist, one relation a pair, values best first in a span', () => {
  for (const { fixture } of fixtures) {
    const catalog = catalogOf(fixture)
    const items = itemsOf(catalog)
    for (const { question } of fixtures.flatMap(({ fixture: { cases } }) => cases)) {
      const { words, links, values } = link(question, catalog)
      assert.deepEqual(words, wordsOf(question))
      assert.equal(new Set(links.map(({ word, item }) => `${word} ${item}`)).size, links.length)
      for (const { word, item } of links) assert.ok(words[word] !== undefined && items[item] !== undefined)
      values.forEach(({ first, last, item, value, score }, at) => {
        const column = items[item]
        assert.ok(column?.kind === 'column' && first <= last && words[last] !== undefined && score > 0 && score <= 1)
        assert.ok(catalog.tables[column.table]?.columns[column.column]?.values.includes(value))
        const next = values[at + 1]
        if (next?.first === first && next.last === last) assert.ok(next.score <= score)
      })
    }
  }
})

test('a whole name beats a part of it, and both beat a number that happens to fit', () => {
  const catalog = catalogOf({
    tables: {
      t: {
        columns: { size: { kind: 'number', min: '0', max: '9' }, '5 size': { kind: 'number', min: '0', max: '9' } },
      },
    },
    cases: [],
  })
  const texts = linkTexts(link('what 5 size', catalog), namesOf(catalog))
  assert.ok(texts.includes('5 t.5 size columnExact') && texts.includes('size t.size columnExact'))
  assert.ok(texts.includes('5 t.size numberInRange'))
})

test('no question is too odd to link', () => {
  const catalog = catalogOf(fixtures[0]?.fixture as Fixture)
  for (const question of [
    '',
    ' ',
    '???',
    "'",
    '"',
    '"" \'\' s',
    '1,2,3',
    '\u0301',
    '𠀀𠀁',
    'a'.repeat(2000),
    'constructor __proto__ toString',
  ]) {
    assert.equal(link(question, catalog).words.length, wordsOf(question).length)
  }
})

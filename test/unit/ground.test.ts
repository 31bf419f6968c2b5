import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalog } from '../../src/catalog.ts'
import { ground } from '../../src/draft/ground.ts'
import { bridgeTables, joinGraph, joinPath } from '../../src/draft/joins.ts'
import type { ValueMatch } from '../../src/link.ts'
import { plainLinks } from '../fixtures/programs.ts'

/** A catalog of one text column per table; `joins` are pairs of tables. */
function catalogOf(tables: Record<string, string[]>, joins: [string, string][] = []): Catalog {
  return {
    dataset: 'small',
    tables: Object.entries(tables).map(([name, values]) => ({
      name,
      synonyms: [],
      rows: values.length,
      primaryKey: [],
      source: { format: 'csv', files: [], options: {}, bytes: 0 },
      columns: [
        {
          name: `${name}_code`,
          type: 'VARCHAR',
          kind: 'text',
          role: 'category',
          synonyms: [],
          nullShare: 0,
          distinct: values.length,
          frequent: [],
          values,
        },
      ],
    })),
    joins: joins.map(([from, to]) => ({
      from: { table: from, columns: [`${from}_code`] },
      to: { table: to, columns: [`${to}_code`] },
      source: 'inferred',
      inclusion: 1,
    })),
    metrics: [],
    questions: [],
    fingerprint: { schema: '', data: '' },
    notes: [],
  }
}

function groundWords(words: string, values: string[], matches: Partial<ValueMatch>[] = []) {
  const links = plainLinks(words)
  const last = links.words.length - 1
  const found = matches.map(
    (match) => ({ first: 0, last, item: 1, value: '', how: 'synonym', score: 1, ...match }) as ValueMatch,
  )
  return ground({ first: 0, last, item: 1 }, catalogOf({ place: values }), { ...links, values: found })
}

const CASES: [words: string, values: string[], found: string[] | null, how?: string][] = [
  ['Paris', ['Paris', 'Rome'], ['Paris'], 'exact'],
  ['germany', [' Germany', 'France'], [' Germany'], 'case'],
  ['usa', ['USA', 'Usa', 'UK'], ['USA', 'Usa'], 'case'],
  ['malaga', ['Málaga', 'Sevilla'], ['Málaga'], 'case'],
  ['seven', ['7', '8'], ['7'], 'number'],
  ['sofas', ['Sofa', 'Chair'], ['Sofa'], 'stem'],
  ['female', ['F', 'M'], ['F'], 'flag'],
  ['yes', ['Y', 'N'], ['Y'], 'flag'],
  ['Germny', ['Germany', 'France'], ['Germany'], 'fuzzy'],
  ['york', ['New York City', 'Boston'], ['New York City'], 'part'],
  ['NYC', ['New York City', 'Boston'], ['New York City'], 'acronym'],
  ['Asia', ['Austria', 'Brazil'], null],
  ['city', ['New York City', 'Mexico City'], null],
]

for (const [words, values, found, how] of CASES) {
  test(`"${words}" among ${values.join(', ')}`, () => {
    assert.deepEqual(groundWords(words, values), found && { values: found, how })
  })
}

test('a match that linking found comes before looser guesses, and after the very words', () => {
  const match = { value: 'Netherlands', score: 0.9 }
  assert.deepEqual(groundWords('holland', ['Netherlands', 'Poland'], [match]), {
    values: ['Netherlands'],
    how: 'synonym',
  })
  assert.deepEqual(groundWords('poland', ['Netherlands', 'Poland'], [match]), { values: ['Poland'], how: 'case' })
})

test('tables attach in written order, and bridges are the tables on a shortest path', () => {
  const catalog = catalogOf({ a: [], b: [], c: [], d: [], e: [] }, [
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'd'],
  ])
  const graph = joinGraph(catalog)
  assert.deepEqual(
    joinPath(graph, [0, 2, 1])?.map(({ table }) => table),
    [0, 1, 2],
  )
  assert.equal(joinPath(graph, [0, 2]), null)
  assert.deepEqual(bridgeTables(graph, [0, 3]), [1, 2])
  assert.deepEqual(bridgeTables(graph, [0, 1]), [])
  assert.deepEqual(bridgeTables(graph, [0, 4]), [])
})

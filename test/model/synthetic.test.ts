import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { framePayload } from '../../model/data/frames.ts'
import { FAMILIES, type Pair, randomPair } from '../../model/data/synthetic/questions.ts'
import { randomOf } from '../../model/data/synthetic/random.ts'
import type { Scene } from '../../model/data/synthetic/scene.ts'
import { randomScene } from '../../model/data/synthetic/schemas.ts'
import { templateOf } from '../../model/data/synthetic/templates.ts'
import { transplanted } from '../../model/data/synthetic/transplant.ts'
import type { Catalog } from '../../src/catalog.ts'
import { compile } from '../../src/draft/compile.ts'
import { accepts } from '../../src/draft/grammar.ts'
import { programText } from '../../src/draft/program.ts'
import { link, wordsOf } from '../../src/link.ts'

const TODAY = '2025-06-30'

/** Questions about random catalogs, about as many of every family. */
function sample(seed: number, draws: number): { scene: Scene; pair: Pair }[] {
  const random = randomOf(seed)
  return Array.from({ length: draws }, (_, draw) => {
    const scene = randomScene(random)
    const family = FAMILIES[draw % FAMILIES.length]
    const pair = family && randomPair(random, scene, [family])
    return pair === undefined ? [] : [{ scene, pair }]
  }).flat()
}

async function withTables(catalog: Catalog, use: (prepare: (sql: string) => Promise<void>) => Promise<void>) {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  for (const table of catalog.tables) {
    const columns = table.columns.map((column) => `"${column.name}" ${column.type}`)
    await connection.run(`CREATE TABLE "${table.name}" (${columns.join(', ')})`)
  }
  await use(async (sql) => void (await connection.run(sql)))
  connection.closeSync()
}

test('every program is sayable, compiles, and DuckDB runs its SQL', async () => {
  for (const { scene, pair } of sample(7, 260)) {
    const where = `${pair.family}: ${pair.question}\n${programText(pair.program)}`
    assert.equal(accepts(pair.program, { catalog: scene.catalog, words: wordsOf(pair.question).length }), null, where)
    const { sql } = compile(pair.program, scene.catalog, link(pair.question, scene.catalog), { today: TODAY })
    await withTables(scene.catalog, async (run) => {
      await assert.doesNotReject(run(sql), `${where}\n${sql}`)
    })
  }
})

test('every family has questions', () => {
  const random = randomOf(3)
  for (const family of FAMILIES) {
    const says = Array.from({ length: 200 }, (_, draw) => draw).some(
      () => randomPair(random, randomScene(random), [family]) !== undefined,
    )
    assert.ok(says, `${family.name} says nothing`)
  }
})

test('no two families have one name', () => {
  assert.equal(new Set(FAMILIES.map(({ name }) => name)).size, FAMILIES.length)
})

test('one seed gives the same questions', () => {
  const texts = (seed: number) => sample(seed, 40).map(({ pair }) => `${pair.question} ${programText(pair.program)}`)
  assert.deepEqual(texts(11), texts(11))
  assert.notDeepEqual(texts(11), texts(12))
})

test('a value of a program is words of its question', () => {
  for (const { pair } of sample(5, 150)) {
    const words = wordsOf(pair.question)
    for (const token of pair.program) {
      if ('word' in token) assert.ok(words[token.word] !== undefined, `${pair.question}\n${programText(pair.program)}`)
    }
  }
})

test('a template said of its own scene keeps its program’s keywords', () => {
  const random = randomOf(21)
  const general = new Set<string>()
  let said = 0
  for (const { scene, pair } of sample(13, 300)) {
    for (const word of wordsOf(pair.question)) general.add(word.stem)
    const template = templateOf(scene, pair.question, pair.program, general)
    const saying = template && transplanted(random, template, scene)
    if (saying === undefined) continue
    said++
    const keywords = saying.program.filter((piece) => typeof piece === 'string')
    const before = pair.program.flatMap((token) => ('keyword' in token ? [token.keyword] : []))
    assert.deepEqual(keywords, before)
  }
  assert.ok(said > 10, `only ${said} templates`)
})

test('a frame holds as many numbers as its counts say', () => {
  const [first] = sample(17, 40)
  assert.ok(first)
  const { catalog } = first.scene
  const payload = framePayload({ catalog, pairs: [first.pair] }, undefined, randomOf(1).next)
  assert.ok(payload)
  const number = (at: number) => payload.readInt32LE(at * 4)
  const [tokens, items, questions] = [number(0), number(1), number(2)]
  assert.equal(questions, 1)
  const start = 3 + 2 * tokens + 2 * items + Math.ceil((items * items) / 4)
  const [asked, words, links, outputs] = [number(start), number(start + 1), number(start + 2), number(start + 3)]
  assert.equal(outputs, first.pair.program.length + 1)
  assert.equal(payload.length / 4, start + 4 + 2 * asked + words + 3 * links + 2 * outputs)
})

/** The training mixture: groups of one catalog and up to eight questions, drawn from several sources. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Catalog, itemsOf } from '../../src/catalog.ts'
import { parseProgram, programText } from '../../src/draft/program.ts'
import { namesOf } from '../../src/link/names.ts'
import { identifierWords, wordsOf } from '../../src/link/words.ts'
import { bareColumn, fillColumn } from './bare.ts'
import { withoutTitles } from './catalogs.ts'
import type { Asked, Group } from './frames.ts'
import { keylessPair, keylessScene } from './keyless.ts'
import { minedPhrases, type Phrases, rephrased } from './rephrase.ts'
import { CACHE, DEVELOPMENT, HELD_OUT, OTHER_SETS, ROOT } from './shared.ts'
import { randomPair, transplantedPair } from './synthetic/questions.ts'
import type { Random } from './synthetic/random.ts'
import { type Scene, sceneOfCatalog } from './synthetic/scene.ts'
import { randomScene, type TablePlan } from './synthetic/schemas.ts'
import { addSynonyms } from './synthetic/synonyms.ts'
import { type Template, templateOf } from './synthetic/templates.ts'

/** Shares of sources, questions of a group, and the schema tokens above which columns are left out. */
export interface Mixture {
  shares: Record<string, number>
  questions: number
  schemaTokens: number
}

/** The mixture of a file (default `model/mixture.json`). */
export function readMixture(path = join(ROOT, 'model', 'mixture.json')): Mixture {
  return JSON.parse(readFileSync(path, 'utf8')) as Mixture
}

/** Draws a group; null when this draw came to nothing. */
export type Source = (random: Random, questions: number) => Group | null

interface PairLine {
  source: string
  split: 'train' | 'dev'
  database: string
  question: string
  program: string
}

/** Pairs of the cache by source and database; empty where the cache has not been made. */
export function readPairs(split: 'train' | 'dev'): Map<string, Map<string, Asked[]>> {
  const path = join(CACHE, 'pairs.jsonl')
  const bySource = new Map<string, Map<string, Asked[]>>()
  if (!existsSync(path)) return bySource
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '') continue
    const pair = JSON.parse(line) as PairLine
    if (pair.split !== split || HELD_OUT.has(pair.database) || OTHER_SETS.has(pair.database)) continue
    if ((split === 'train') === DEVELOPMENT.has(pair.database)) continue
    const source = pair.source === 'chart' || pair.source === 'wikisql' ? pair.source : 'spider'
    const databases = bySource.get(source) ?? new Map<string, Asked[]>()
    bySource.set(source, databases)
    const own = databases.get(pair.database) ?? []
    databases.set(pair.database, own)
    own.push({ question: pair.question, program: parseProgram(pair.program) })
  }
  return bySource
}

/** Questions that came with answers only, and the programs found for them, by table; undefined where none were looked for. */
function readAnswered(): Map<string, Asked[]> | undefined {
  const path = join(CACHE, 'wtq.jsonl')
  if (!existsSync(path)) return undefined
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  const databases = new Map<string, Asked[]>()
  for (const line of lines) {
    const { database, question, program } = JSON.parse(line) as Omit<PairLine, 'source' | 'split'>
    databases.set(database, [...(databases.get(database) ?? []), { question, program: parseProgram(program) }])
  }
  return databases
}

function readCatalogs(path: string): Map<string, Catalog> {
  if (!existsSync(path)) return new Map()
  const text = readFileSync(path, 'utf8')
  const list = path.endsWith('l')
    ? text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Catalog)
    : (JSON.parse(text) as Catalog[])
  return new Map(list.map((catalog) => [catalog.dataset, catalog]))
}

/** Spider's catalogs of the cache, one with titles and one without each. */
export function spiderVariants(): Map<string, Variants> {
  const catalogs = readCatalogs(join(CACHE, 'catalogs', 'spider.json'))
  return new Map([...catalogs].map(([name, titled]) => [name, { titled, bare: withoutTitles(titled) }]))
}

/** Words that questions about at least so many databases use belong to no subject. */
const GENERAL_DATABASES = 10

function generalStems(databases: Map<string, Asked[]>): Set<string> {
  const seen = new Map<string, Set<string>>()
  for (const [name, pairs] of databases) {
    for (const { question } of pairs) {
      for (const { stem } of wordsOf(question)) seen.set(stem, (seen.get(stem) ?? new Set()).add(name))
    }
  }
  return new Set([...seen].filter(([, names]) => names.size >= GENERAL_DATABASES).map(([stem]) => stem))
}

/** Templates of human questions whose every item is named in the text, and whose other words fit any subject. */
function templatesOf(databases: Map<string, Asked[]>, scenes: Map<string, Scene>): Shapes {
  const general = generalStems(databases)
  const templates = [...databases].flatMap(([name, pairs]) => {
    const scene = scenes.get(name)
    return scene === undefined
      ? []
      : pairs.flatMap(({ question, program }) => templateOf(scene, question, program, general) ?? [])
  })
  const shapes = new Map<string, Template[]>()
  for (const template of templates) {
    const shape = programText(template.program).replace(/\d+/g, '')
    const own = shapes.get(shape) ?? []
    shapes.set(shape, own)
    own.push(template)
  }
  return [...shapes.values()].map((own) => ({ templates: own, weight: own.length ** 0.45 }))
}

/** Templates by the shape of their program, so that the many plain counts do not crowd out the rest. */
type Shapes = { templates: Template[]; weight: number }[]

function drawnTemplate(random: Random, shapes: Shapes): Template {
  return random.pick(random.weighted(shapes, (shape) => shape.weight).templates)
}

/** Every source that the cache allows, by name; the ones made of random catalogs always. */
export function sourcesOf(): Map<string, Source> {
  const pairs = readPairs('train')
  const phrases = minedPhrases()
  addSynonyms(phrases)
  const catalogs = new Map(
    [...spiderVariants()].filter(([name]) => !DEVELOPMENT.has(name) && !HELD_OUT.has(name) && !OTHER_SETS.has(name)),
  )
  const scenes = new Map([...catalogs].map(([name, { titled }]) => [name, sceneOfCatalog(titled, identifierWords)]))
  for (const [name, scene] of scenes) {
    const variants = catalogs.get(name)
    if (variants !== undefined) variants.keyless = keylessScene(scene, variants.bare)
  }
  const templates = templatesOf(pairs.get('spider') ?? new Map(), scenes)
  const sources = new Map<string, Source>([['recombined', recombinedSource(templates, [...scenes.values()])]])
  for (const [name, power, most] of [
    ['spider', 0.8, 150],
    ['chart', 0.7, 300],
  ] as const) {
    const databases = pairs.get(name)
    if (databases !== undefined) sources.set(name, inOtherWords(humanSource(databases, catalogs, power, most), phrases))
  }
  for (const [name, databases] of [
    ['wikisql', pairs.get('wikisql')],
    ['wtq', readAnswered()],
  ] as const) {
    if (databases !== undefined) sources.set(name, inOtherWords(wikiSource(databases, wikiCatalogs(name)), phrases))
  }
  const own = [...catalogs].flatMap(([name, variants]) => {
    const scene = scenes.get(name)
    return scene === undefined ? [] : [{ ...variants, scene }]
  })
  if (own.length > 0) sources.set('synthetic', syntheticSource(own, templates))
  return sources
}

function wikiCatalogs(name: string): Map<string, Catalog> {
  return readCatalogs(join(CACHE, 'catalogs', `${name}.jsonl`))
}

const REPHRASED_SHARE = 0.25

/** A source, some of whose questions are said otherwise. */
function inOtherWords(source: Source, phrases: Phrases): Source {
  return (random, questions) => {
    const group = source(random, questions)
    const said = (pair: Asked) =>
      (random.chance(REPHRASED_SHARE) ? rephrased(random, pair, phrases) : undefined) ?? pair
    return group && { ...group, pairs: group.pairs.map(said) }
  }
}

const TITLED_SHARE = 0.6
const KEYLESS_SHARE = 0.1

interface Variants {
  titled: Catalog
  bare: Catalog
  /** Without joins: the bare catalog in a scene that knows them. */
  keyless?: Scene
}

function humanSource(
  databases: Map<string, Asked[]>,
  catalogs: Map<string, Variants>,
  power: number,
  most: number,
): Source {
  const known = [...databases].filter(([name]) => catalogs.has(name))
  const weights = new Map(known.map(([name, pairs]) => [name, Math.min(pairs.length, most) ** power]))
  return (random, questions) => {
    const [name, pairs] = random.weighted(known, ([database]) => weights.get(database) ?? 0)
    const variants = catalogs.get(name)
    if (variants === undefined) return null
    const chosen = picked(random, pairs, questions)
    const { keyless } = variants
    if (keyless !== undefined && random.chance(KEYLESS_SHARE)) {
      return { catalog: keyless.catalog, pairs: chosen.flatMap((pair) => keylessPair(keyless, pair) ?? []) }
    }
    return { catalog: random.chance(TITLED_SHARE) ? variants.titled : variants.bare, pairs: chosen }
  }
}

function picked(random: Random, pairs: Asked[], count: number): Asked[] {
  const chosen = new Set<Asked>()
  for (let tries = 0; tries < count * 2 && chosen.size < count; tries++) chosen.add(random.pick(pairs))
  return [...chosen]
}

/** Web tables have no names of their own; files have, and often ones that say nothing. */
const PLAIN_NAMES = [
  'data',
  'results',
  'list',
  'sheet1',
  'records',
  'export',
  'report',
  'dataset',
  'entries',
  'table_1',
]
const PLAIN_NAME_SHARE = 0.5

/** A web table with its questions, and up to three columns of other tables that nobody asks about. */
function wikiSource(databases: Map<string, Asked[]>, catalogs: Map<string, Catalog>): Source {
  const known = [...databases].filter(([name]) => catalogs.has(name))
  return (random, questions) => {
    const [name, pairs] = random.pick(known)
    const catalog = catalogs.get(name)
    const table = catalog?.tables[0]
    if (catalog === undefined || table === undefined) return null
    const names = new Set(table.columns.map((column) => column.name.toLowerCase()))
    const others = Array.from({ length: random.int(0, 3) }, () => random.pick(known)[0])
    const strange = others.flatMap((other) => {
      const column = random.pickOr(catalogs.get(other)?.tables[0]?.columns ?? [])
      if (column === undefined || names.has(column.name.toLowerCase())) return []
      names.add(column.name.toLowerCase())
      return [fillColumn(bareColumn(column.name, column.kind), column.values)]
    })
    const named = { ...table, name: random.chance(PLAIN_NAME_SHARE) ? random.pick(PLAIN_NAMES) : table.name }
    const wider = { ...catalog, tables: [{ ...named, columns: [...table.columns, ...strange] }] }
    return { catalog: wider, pairs: picked(random, pairs, questions) }
  }
}

/** A random catalog, hand-written tables and those of other scenes among them, with questions of every family and transplants. */
function recombinedSource(templates: Shapes, others: Scene[]): Source {
  const strange = tablesOf(others)
  return (random, questions) => {
    const scene = randomScene(random, (chance) => chance.pickOr(strange))
    return { catalog: scene.catalog, pairs: synthesized(random, scene, templates, questions) }
  }
}

/** Tables of scenes as plans for new catalogs. */
function tablesOf(scenes: Scene[]): TablePlan[] {
  return scenes.flatMap(({ entities }) =>
    entities.flatMap((entity): TablePlan[] => {
      const fields = entity.fields.filter(
        (field) => !field.isKey && !field.refers && field.senseName !== 'id' && field.values.length > 0,
      )
      return fields.length < 2 ? [] : [{ words: entity.words, fields, references: [] }]
    }),
  )
}

const DRAWS_PER_QUESTION = 6
const TRANSPLANT_SHARE = 0.3

function synthesized(random: Random, scene: Scene, templates: Shapes, questions: number): Asked[] {
  const pairs: Asked[] = []
  for (let draws = 0; draws < questions * DRAWS_PER_QUESTION && pairs.length < questions; draws++) {
    const transplants = templates.length > 0 && random.chance(TRANSPLANT_SHARE)
    const pair = transplants ? transplant(random, scene, templates) : randomPair(random, scene)
    if (pair !== undefined) pairs.push(pair)
  }
  return pairs
}

const TRANSPLANT_DRAWS = 12

function transplant(random: Random, scene: Scene, templates: Shapes): Asked | undefined {
  for (let draws = 0; draws < TRANSPLANT_DRAWS; draws++) {
    const pair = transplantedPair(random, scene, drawnTemplate(random, templates))
    if (pair !== undefined) return pair
  }
  return undefined
}

function syntheticSource(databases: { titled: Catalog; bare: Catalog; scene: Scene }[], templates: Shapes): Source {
  return (random, questions) => {
    const { titled, bare, scene } = random.pick(databases)
    const pairs = synthesized(random, scene, templates, questions)
    return { catalog: random.chance(TITLED_SHARE) ? titled : bare, pairs }
  }
}

/** Human questions over the development databases. */
export function developmentSource(): Source {
  const databases = readPairs('dev').get('spider')
  if (databases === undefined) throw new Error('no development pairs: run model/data/pairs.ts first')
  return humanSource(databases, spiderVariants(), 1, 1000)
}

/** Items to show when the whole schema is above `most` tokens: those the programs use and random others; undefined for all. */
export function sampledItems(random: Random, group: Group, most: number): number[] | undefined {
  const names = namesOf(group.catalog)
  const items = itemsOf(group.catalog)
  const cost = (item: number) => 1.3 + (names[item]?.shown.length ?? 1)
  if (items.reduce((sum, _, item) => sum + cost(item), 0) <= most) return undefined
  const used = new Set(
    group.pairs.flatMap(({ program }) => program.flatMap((token) => ('item' in token ? [token.item] : []))),
  )
  let spent = [...used].reduce((sum, item) => sum + cost(item), 0)
  const limit = most * (0.6 + 0.4 * random.next())
  for (const item of random.shuffle([...items.keys()])) {
    if (spent > limit) break
    if (used.has(item)) continue
    used.add(item)
    spent += cost(item)
  }
  return [...used]
}

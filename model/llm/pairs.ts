/**
 * Command: writes groups of one schema and up to eight questions as JSON lines for the small text model.
 * `node --import tsx model/llm/pairs.ts --seed N --groups N > .cache/llm-pairs.jsonl`; `--development` takes human
 * questions of the development databases. A line is {dataset, system, pairs: [{user, sql}]}.
 */
import { parseArgs } from 'node:util'
import { itemsOf } from '../../src/catalog.ts'
import { CompileError, compile } from '../../src/draft/compile.ts'
import { compactSchema } from '../../src/draft/large/compact.ts'
import { hintsOf } from '../../src/draft/large/hints.ts'
import { schemaOfItems } from '../../src/draft/large/schema.ts'
import { link } from '../../src/link.ts'
import type { Group } from '../data/frames.ts'
import { developmentSource, type Mixture, readMixture, sampledItems, sourcesOf } from '../data/mixture.ts'
import { randomOf } from '../data/synthetic/random.ts'
import { plainSql } from './sql.ts'

const { values: args } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    groups: { type: 'string', default: '1000' },
    development: { type: 'boolean', default: false },
  },
})

/** Schema tokens of a training group: half of what is shown when it is used, since training on a CPU pays for every one. */
const SCHEMA_TOKENS = 110
/** Dates in a question are read from this day. */
const TODAY = '2026-01-01'

const mixture: Mixture = readMixture()
const random = randomOf(Number(args.seed) * 7919 + 29)
const sources = args.development ? new Map([['development', developmentSource()]]) : sourcesOf()
const shares = [...sources].map(([name, source]) => ({ source, share: mixture.shares[name] ?? 1 }))

for (let written = 0; written < Number(args.groups); ) {
  const { source } = random.weighted(shares, ({ share }) => share)
  const group = source(random, mixture.questions)
  const line = group === null ? undefined : lineOf(group)
  if (line === undefined) continue
  process.stdout.write(`${JSON.stringify(line)}\n`)
  written++
}
process.exit(0)

function lineOf(group: Group): object | undefined {
  const { catalog } = group
  const kept = group.pairs.flatMap((pair) => written(pair, group))
  if (kept.length === 0) return undefined
  const shown = sampledItems(random, group, SCHEMA_TOKENS) ?? itemsOf(catalog).map((_, id) => id)
  return { dataset: catalog.dataset, system: compactSchema(schemaOfItems(catalog, shown)), pairs: kept }
}

function written({ question, program }: Group['pairs'][number], { catalog }: Group): { user: string; sql: string }[] {
  const links = link(question, catalog)
  try {
    const sql = plainSql(compile(program, catalog, links, { today: TODAY }).sql)
    const hints = hintsOf(catalog, links).slice(0, 10)
    return sql === undefined ? [] : [{ user: `${question}\n${hints.join(', ')}`, sql }]
  } catch (problem) {
    if (problem instanceof CompileError) return []
    throw problem
  }
}

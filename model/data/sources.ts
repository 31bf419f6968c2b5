/** Questions with gold SQL from each source, of databases that may be trained or developed on. */
import { HELD_OUT, OTHER_SETS, readSharedLines } from './shared.ts'

/** A question of one of Spider's databases with its gold SQL (SQLite's dialect) or VQL. */
export interface Asked {
  source: 'spider' | 'other' | 'synonym' | 'chart'
  database: string
  question: string
  gold: string
  chart?: string
}

interface Case {
  dataset: string
  question: string
  gold_sql: string
}

/** Every question of Spider's training split, its extras, its synonym rewrites and nvBench; nothing held out. */
export function readSources(): Asked[] {
  const cases = readSharedLines<Case>('spider', 'cases.jsonl.gz').map(askedOf('spider'))
  const known = new Set(cases.map(({ database }) => database))
  const rewrites = readSharedLines<Case & { original: string }>('spider-syn', 'train.jsonl.gz')
  const others = readSharedLines<Case>('spider', 'others.jsonl.gz').map(askedOf('other'))
  const withoutRows = rewrites
    .filter(({ dataset }) => !known.has(dataset))
    .map(({ original, ...rest }) => askedOf('spider')({ ...rest, question: original }))
  const reworded = rewrites.filter(({ question, original }) => question !== original).map(askedOf('synonym'))
  const all = [...cases, ...withoutRows, ...others, ...reworded, ...charts()]
  return all.filter(({ database }) => !HELD_OUT.has(database) && !OTHER_SETS.has(database))
}

function askedOf(source: Asked['source']): (from: Case) => Asked {
  return ({ dataset, question, gold_sql }) => ({ source, database: dataset, question: question.trim(), gold: gold_sql })
}

interface Chart {
  dataset: string
  chart: string
  vql: string
  questions: string[]
}

function charts(): Asked[] {
  return readSharedLines<Chart>('nvbench', 'train.jsonl.gz').flatMap(({ dataset, chart, vql, questions }) =>
    questions.map(
      (question): Asked => ({ source: 'chart', database: dataset, question: question.trim(), gold: vql, chart }),
    ),
  )
}

/** Questions with acceptable results, from Spider's databases and from the development sets. */
import { join } from 'node:path'
import {
  DEVELOPMENT,
  HELD_OUT,
  OTHER_SETS,
  readSharedLines,
  sharedPath,
  withoutDataPackage,
} from '../model/data/shared.ts'
import type { Cell } from '../src/database.ts'

/** The sets that can be measured; `train` is for the ceiling of the language only. */
export const SETS = ['held-out', 'dev', 'defog', 'kaggledbqa', 'train'] as const

export type SetName = (typeof SETS)[number]

export interface Case {
  id: string
  set: SetName
  dataset: string
  /** Folder of the dataset's files. */
  folder: string
  question: string
  goldSql: string
  /** Acceptable results. */
  golds: Cell[][][]
  ordered: boolean
  /** The set's own category; absent where hardness is told from the SQL. */
  category?: string
}

interface Line {
  id: string
  dataset: string
  question: string
  gold_sql: string
  ordered: boolean
  rows?: Cell[][] | null
  golds?: Cell[][][]
  category?: string
  instructions?: string | null
}

/** The cases of a set; those whose gold rows were too many to be kept are left out. `instructions` puts a case's glossary lines behind its question. */
export function readCases(set: SetName, options: { instructions: boolean; keys: boolean }): Case[] {
  const own = set === 'defog' || set === 'kaggledbqa'
  const lines = own
    ? readSharedLines<Line>('dev', set, 'cases.jsonl')
    : readSharedLines<Line>('spider', 'cases.jsonl.gz')
  const root = own ? sharedPath('dev', set, 'data') : sharedPath('spider', 'data')
  return lines
    .filter(({ dataset }) => own || spiderSet(dataset) === set)
    .flatMap((line): Case[] => {
      const golds = line.golds ?? (line.rows ? [line.rows] : [])
      if (golds.length === 0) return []
      const { id, dataset, ordered, gold_sql: goldSql, category } = line
      const asked = options.instructions && line.instructions ? `${line.question} ${line.instructions}` : line.question
      const folder = options.keys ? join(root, dataset) : withoutDataPackage(dataset, join(root, dataset))
      const base: Case = { id, set, dataset, folder, question: asked.trim(), goldSql, golds, ordered }
      return [category === undefined ? base : { ...base, category }]
    })
}

function spiderSet(dataset: string): SetName | null {
  if (HELD_OUT.has(dataset)) return 'held-out'
  if (OTHER_SETS.has(dataset)) return null
  return DEVELOPMENT.has(dataset) ? 'dev' : 'train'
}

import type { Edit } from '../edit/edits.ts'
import type { Sheet } from '../edit/sheet.ts'
import { CHART_RULES } from './chart.ts'
import { FILTER_RULES } from './filter.ts'
import { GROUP_RULES } from './group.ts'
import { MEASURE_RULES } from './measure.ts'
import { ORDER_RULES } from './order.ts'
import { PERIOD_RULES } from './period.ts'

/** What a follow-up says, its opening and closing words taken off. */
export interface Said {
  text: string
  /** "and", "also", "… too": beside what there is. */
  also: boolean
  /** As `also`, but for an "and" alone, which may only tie the sentence to the one before. */
  added: boolean
  /** "instead": in place of what there is. */
  instead: boolean
}

/** A way to say an edit. `read` gives null when the words are not of this kind after all. */
export interface Rule {
  name: string
  why: string
  examples: string[]
  read(said: Said, sheet: Sheet): Edit[] | null
}

/** Tried in order; the first that reads the whole of what was said counts. */
export const RULES: readonly Rule[] = [
  ...CHART_RULES,
  ...ORDER_RULES,
  ...PERIOD_RULES,
  ...GROUP_RULES,
  ...MEASURE_RULES,
  ...FILTER_RULES,
]

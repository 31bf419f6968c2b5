import type { ChartKind } from './chart/wish.ts'
import type { Linked } from './draft.ts'
import { change } from './edit/change.ts'
import { chipsOf } from './edit/chips.ts'
import type { Edit, Reading } from './edit/edits.ts'
import { aliased, sameExpression } from './edit/map.ts'
import { type Around, openSheet, type Sheet } from './edit/sheet.ts'
import { titleOf } from './edit/title.ts'
import { Refusal } from './refusal.ts'
import { writeQuery } from './tree/write.ts'

export type { Aggregate, Chip, Choice, Edit, Grain, Operator, Reading, Slot, Value } from './edit/edits.ts'
export { isFaithful, rewritten } from './edit/faithful.ts'

/** A plan as edits need it: its parsed statement (as `check` gives it), its question and the chart asked for. */
export interface Editable {
  question: string
  tree: unknown
  wish: string | null
}

/** A plan after edits. */
export interface Edited {
  question: string
  sql: string
  wish: ChartKind | string | null
  linked: Linked[]
  /** True when the SQL holds dates counted from today. */
  relative: boolean
}

/** How a plan read its question: a chip for each part with what it may be changed to, and what may be added. */
export function readingOf(plan: Pick<Editable, 'tree' | 'wish'>, around: Around): Reading {
  return chipsOf(openSheet(plan.tree, plan.wish, around))
}

/**
 * The plan with the edits made, one after the other, by code alone. Refuses `edit-unfit` where an edit means nothing for
 * this plan and `edit-ambiguous`, with choices, where it may mean several things.
 */
export function editPlan(plan: Editable, edits: Edit[], around: Around): Edited {
  const sheet = openSheet(plan.tree, plan.wish, around)
  for (const edit of edits) change(sheet, edit)
  const onlyChart = edits.every((edit) => edit.slot === 'chart')
  const sql = writeQuery(short(sheet))
  if (sql === undefined) throw new Refusal('edit-unfit', 'The query has a part that cannot be changed.')
  return {
    question: onlyChart ? plan.question : (titleOf(sheet) ?? plan.question),
    sql,
    wish: sheet.wish,
    linked: sheet.linked,
    relative: sheet.relative,
  }
}

/** Items are sorted by under their own names, as people write it. */
function short({ body, query }: Sheet): Sheet['query'] {
  if (body === undefined) return query
  for (const order of body.order) {
    const item = body.items.find((one) => sameExpression(one, order.by))
    if (item?.alias !== undefined) order.by = aliased({ kind: 'column', names: [item.alias] }, undefined)
  }
  return query
}

import type { Origin } from '../tree/origin.ts'
import { isGrouped } from '../tree.ts'
import { nameOf } from '../wording.ts'
import {
  categories,
  type Desk,
  frequent,
  LIMITS,
  MOST,
  naming,
  splitEdit,
  splits,
  splitText,
  unshown,
  years,
} from './desk.ts'
import type { Aggregate, Choice } from './edits.ts'
import { isDate } from './parts.ts'
import { phrase } from './phrases.ts'
import { columnKey } from './sheet.ts'

/** What may be added to a plan: measures, splits or columns, filters by value, periods, a cut. */
export function additions(desk: Desk): Choice[] {
  const { sheet } = desk
  const grouped = sheet.body !== undefined && isGrouped(sheet.body)
  return [
    ...(sheet.whole && grouped ? [...measures(desk), ...moreSplits(desk)] : []),
    ...(sheet.whole && !grouped ? columns(desk) : []),
    ...values(desk),
    ...periods(desk),
    ...(sheet.query.limit === undefined && sheet.body?.qualify === undefined ? limits(desk) : []),
  ]
}

/** Offered for each column that can be added up, the first that is not shown yet. */
const USUAL: Aggregate[] = ['sum', 'average', 'max', 'median']

function measures({ parts, numbers, tell, ...rest }: Desk): Choice[] {
  const { language } = tell
  const group = phrase('add measure', language)
  const shows = (aggregate: Aggregate, column: Origin['column'] | undefined) =>
    parts.measures.some((one) => one.aggregate === aggregate && one.column?.column === column)
  const shown = new Set(parts.measures.map((one) => one.column?.column))
  const first = numbers.filter(({ column }) => shown.has(column))
  const offered = [...first, ...numbers.filter(({ column }) => !shown.has(column))].slice(0, MOST)
  const sums = offered.flatMap((origin): Choice[] => {
    const aggregate = USUAL.find((one) => !shows(one, origin.column))
    if (aggregate === undefined) return []
    const text = `${phrase(aggregate, language)} ${naming(origin, { parts, numbers, tell, ...rest })}`
    return [{ group, text, edit: { slot: 'measure', do: 'add', aggregate, column: columnKey(origin) } }]
  })
  const count: Choice = {
    group,
    text: phrase('count', language),
    edit: { slot: 'measure', do: 'add', aggregate: 'count' },
  }
  return shows('count', undefined) ? sums : [count, ...sums]
}

function moreSplits(desk: Desk): Choice[] {
  const group = phrase('add by', desk.tell.language)
  return splits(desk).map((origin) => ({ group, text: splitText(origin, desk), edit: splitEdit('add', origin) }))
}

function columns(desk: Desk): Choice[] {
  const group = phrase('add column', desk.tell.language)
  return unshown(desk).map((origin) => ({
    group,
    text: naming(origin, desk),
    edit: { slot: 'measure', do: 'add', column: columnKey(origin) },
  }))
}

function values(desk: Desk): Choice[] {
  const filtered = desk.parts.filters.map((one) => one.column?.column)
  return categories(desk)
    .filter(({ column }) => !filtered.includes(column))
    .flatMap((origin) => {
      const group = `${phrase('only', desk.tell.language)} ${naming(origin, desk)}`
      const column = columnKey(origin)
      return frequent(origin).map(
        (value): Choice => ({ group, text: value, edit: { slot: 'filter', do: 'add', column, values: [value] } }),
      )
    })
}

function periods({ parts, tell, columns: known }: Desk): Choice[] {
  const taken = parts.periods.map((one) => one.column.column)
  const dates = known.filter((origin) => isDate(origin) && !taken.includes(origin.column)).slice(0, 3)
  return dates
    .flatMap((origin) => {
      const group = `${phrase('period of', tell.language)} ${nameOf(origin.column)}`
      const column = columnKey(origin)
      return years(origin).map(
        (period): Choice => ({ group, text: period, edit: { slot: 'period', do: 'set', column, period } }),
      )
    })
    .slice(0, 2 * MOST)
}

function limits({ tell }: Desk): Choice[] {
  const group = phrase('add limit', tell.language)
  return LIMITS.slice(1, 5).map((limit) => ({
    group,
    text: `${phrase('first', tell.language)} ${limit}`,
    edit: { slot: 'limit', do: 'set', limit },
  }))
}

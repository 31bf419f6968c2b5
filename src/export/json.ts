import type { Answer } from '../answer.ts'
import type { Rows } from '../database.ts'
import { slices } from './values.ts'

/** An answer as JSON, its rows a few thousand at a time. */
export function* jsonChunks(answer: Answer): Generator<string> {
  let before = '{'
  for (const [name, value] of Object.entries(answer)) {
    if (value === undefined) continue
    yield `${before}${JSON.stringify(name)}:`
    if (name === 'rows') yield* listChunks(answer, (row) => row)
    else yield JSON.stringify(value)
    before = ','
  }
  yield '}'
}

/** The rows alone, each an object by column name (repeated names get _2, _3 …): what Grafana, Power Query and pandas read as a table. */
export function* recordChunks(answer: Rows): Generator<string> {
  const seen = new Map<string, number>()
  const names = answer.columns.map(({ name }) => {
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name}_${count}`
  })
  yield* listChunks(answer, (row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])))
}

function* listChunks(result: Rows, each: (row: Rows['rows'][number]) => unknown): Generator<string> {
  let before = '['
  for (const [from, to] of slices(result)) {
    const text = result.rows
      .slice(from, to)
      .map((row) => JSON.stringify(each(row)))
      .join(',')
    yield `${before}${text}`
    before = ','
  }
  yield ']'
}

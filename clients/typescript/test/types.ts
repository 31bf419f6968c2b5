// Compiled, never run: what the types promise to those who use them, and what they must refuse.
import { type Answer, type AsklakeError, type Cell, connect, type Edit, type Finding } from '../client.ts'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Compiles only where the two types are one. */
function same<_A, _B>(_proof: Same<_A, _B>): void {}

const lake = connect({ url: 'http://127.0.0.1:8787', key: 'asklake_x' })
const answer = await lake.ask('orders per month', {
  dataset: 'northwind',
  chart: 'line',
  onStep: (step) => step.length,
})

same<typeof answer, Answer>(true)
same<Answer['rows'], Cell[][]>(true)
same<Answer['findings'][number], Finding>(true)
same<Answer['confidence'], number>(true)
same<Awaited<ReturnType<Answer['ask']>>, Answer>(true)
same<ReturnType<Answer['objects']>, Record<string, Cell>[]>(true)
same<AsklakeError['suggestions'], string[]>(true)
same<Finding['level'], 'info' | 'warning'>(true)

const edit: Edit = { slot: 'by', do: 'set', at: 0, grain: 'month' }
await answer.edit([edit])
await answer.ask('only 1997', { chart: 'pie', signal: AbortSignal.timeout(1) })

// @ts-expect-error: no such kind of chart
await lake.ask('x', { chart: 'pyramid' })
// @ts-expect-error: a follow-up stays with its answer's dataset
await answer.ask('x', { dataset: 'flights' })
// @ts-expect-error: no such format
await answer.file('xlsx')
// @ts-expect-error: a verdict is up or down
await answer.feedback('sideways')
// @ts-expect-error: an edit has a slot that is known
await answer.edit([{ slot: 'colour', do: 'set' }])

import type { Answer } from '../../src/answer.ts'
import { terminalChart } from '../../src/chart/terminal.ts'
import { textTable } from '../text-table.ts'
import { type Terminal, wrap } from './terminal.ts'

/** Rows shown in a terminal; `--csv` and `--json` have them all. */
const ROWS = 40

/** An answer as a person reads it: words, table, chart, findings, SQL, and how sure it is. */
export function presentAnswer(made: Answer, terminal: Terminal): string {
  const { paint, columns } = terminal
  const [head = '', ...lines] = textTable(made, columns, ROWS).split('\n')
  const findings = made.findings.map(({ level, text }) =>
    level === 'warning' ? paint('warning', wrap(`! ${text}`, columns)) : wrap(`· ${text}`, columns),
  )
  const others = made.alternatives.map((other) => paint('faint', wrap(`It may also mean: ${other.reading}`, columns)))
  const parts = [
    paint('bold', wrap(made.explanation, columns)),
    [paint('bold', head), ...lines].join('\n'),
    made.chart === null ? '' : terminalChart(made.chart, columns),
    findings.join('\n'),
    others.join('\n'),
    paint('code', made.sql),
    paint('faint', footOf(made)),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function footOf(made: Answer): string {
  const took = `${Math.round(made.timings_ms['total'] ?? 0)} ms`
  return `${Math.round(made.confidence * 100)} % sure, ${took}, ${made.plan.cached ? 'recalled plan' : made.plan.model}`
}

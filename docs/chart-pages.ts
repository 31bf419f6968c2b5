import { CHART_NOTES, KIND_NAMES } from '../src/chart/notes.ts'
import { ROLE_RULES } from '../src/chart/role.ts'
import { CHART_RULES } from '../src/chart/rules.ts'
import { FINDING_RULES } from '../src/verify.ts'

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), `|${'-|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

/** How a chart is chosen and what it may say about itself. */
export function chartsPage(): string {
  return `# Charts

A chart is chosen by code from the result's columns; no model is asked. The spec is Vega-Lite v6 with its data inline, named \`c0\`,
\`c1\` … whatever the columns are called; it holds no address and no expression from the question or the data, a title, units,
number formats by size and currency, an alternative text (\`description\`), tooltips, and Okabe and Ito's colours.

## The wish comes first

A kind named in the question ("as a pie", "histogram of", "折线图") or in the request's \`chart\` is drawn whenever the columns allow
any reading of it, with a finding if it suits badly. Kinds: ${Object.keys(KIND_NAMES)
    .map((kind) => `\`${kind}\``)
    .join(', ')}.

## What a column is

The first rule that holds, from the statement, the catalog and, where those do not tell, the values:

${table(
  ['Rule', 'Role', 'Why'],
  ROLE_RULES.map(({ name, role, why }) => [name, role, why]),
)}

## Which kind it gets

The first rule that fits:

${table(
  ['Rule', 'Kind', 'Why', 'Source'],
  CHART_RULES.map(({ name, kind, why, source }) => [name, kind, why, source]),
)}

## What a chart says about itself

${table(
  ['Code', 'Level', 'Text'],
  Object.entries(CHART_NOTES).map(([code, { level, en }]) => [`\`${code}\``, level, en]),
)}

At most 30 bars, 8 series, 6 slices and \`chart_max_marks\` points are drawn; the rows of the answer are never cut for the chart.

## PNG and SVG

Drawn by vega and resvg in a process of its own that is killed after \`chart_timeout_ms\`; expressions are interpreted, nothing is
loaded. \`fonts/\` holds Noto Sans (Latin, Greek, Cyrillic, Arabic) and Noto Sans SC (simplified Chinese, 8,248 signs) under the SIL Open
Font License, and the emoji of Symbola, which is free for any use; text in other scripts is drawn with the system's fonts if it has them. SVG names the fonts and leaves them to the viewer.
`
}

/** What is checked about every answer. */
export function findingsPage(): string {
  return `# Findings

Every answer is checked beside its query. A rule asks further small queries over the same tables only when the statement gives it
reason to, and none when the tables behind it hold more than \`verify_max_rows\` rows. A rule that fails is told to the operator;
the answer goes out without it. Findings of charts are listed in [charts.md](charts.md).

${table(
  ['Code', 'Level', 'Why'],
  FINDING_RULES.map(({ name, level, why }) => [`\`${name}\``, level, why]),
)}

## The explanation

Written by code from DuckDB's parsed statement, never by a model: what is counted or summed of which tables, how they are matched and
what becomes of rows without a match, which rows are used, how they are grouped, sorted and cut, which date was taken where the
tables hold several, and where a sum or an average was taken that nobody asked for. Parts the code has no words for are called "a computed value" or "a computed condition". English or Chinese, as
the question is.
`
}

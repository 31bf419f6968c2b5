import embed from 'vega-embed'
import { expressionInterpreter } from 'vega-interpreter'
import type { Answer, Problem } from './api.ts'
import { element } from './element.ts'

export interface Actions {
  ask(question: string): void
  runSql(sql: string): void
  feedback(answer: Answer, verdict: 'up' | 'down'): Promise<void>
}

const DOWNLOADS = ['csv', 'parquet', 'arrow', 'json'] as const
const PICTURES = ['png', 'svg', 'vega-lite'] as const

/** An answer as a card: words, chart, findings, table, SQL to edit, downloads. */
export async function answerCard(answer: Answer, actions: Actions): Promise<HTMLElement> {
  const card = element('article', { class: 'card' })
  card.append(
    element('h2', {}, answer.question),
    element('p', { class: 'explanation' }, answer.explanation),
    metaList(answer),
  )
  if (answer.chart !== null) card.append(await chartBox(answer.chart))
  if (answer.findings.length > 0) card.append(findingList(answer))
  if (answer.alternatives.length > 0) card.append(...alternativeList(answer, actions))
  card.append(
    element('h3', {}, 'Rows'),
    rowTable(answer),
    downloads(answer),
    sqlBox(answer, actions),
    verdicts(answer, actions),
  )
  return card
}

/** A refusal as a card, with questions that can be asked instead. */
export function problemCard(problem: Problem, actions: Actions): HTMLElement {
  const suggestions = (problem.suggestions ?? []).map((question) =>
    element('button', { type: 'button', click: () => actions.ask(question) }, question),
  )
  return element(
    'article',
    { class: 'card problem', role: 'alert' },
    element('h2', {}, problem.detail),
    element('p', {}, problem.hint),
    element('div', { class: 'chips' }, ...suggestions),
  )
}

function metaList(answer: Answer): HTMLElement {
  const percent = Math.round(answer.confidence * 100)
  const bar = element('i')
  bar.style.width = `${percent}%`
  const meter = element('span', { class: 'meter', 'aria-hidden': 'true' }, bar)
  const count = `${answer.row_count.toLocaleString()} row${answer.row_count === 1 ? '' : 's'}${answer.truncated ? ' (cut)' : ''}`
  const time = `${Math.round(answer.timings_ms['total'] ?? 0)} ms${answer.plan.cached ? ', recalled plan' : ''}`
  return element(
    'ul',
    { class: 'meta' },
    element('li', {}, meter, `${percent} % sure`),
    element('li', {}, count),
    element('li', {}, time),
    element('li', {}, answer.plan.model),
  )
}

async function chartBox(spec: object): Promise<HTMLElement> {
  const box = element('div', { class: 'chart' })
  const description = (spec as { description?: string }).description ?? 'Chart'
  box.setAttribute('role', 'img')
  box.setAttribute('aria-label', description)
  document.getElementById('answer')?.replaceChildren(box)
  const dark = matchMedia('(prefers-color-scheme: dark)').matches
  await embed(box, spec as never, {
    ...(dark ? { theme: 'dark' as const } : {}),
    config: { background: 'transparent' },
    mode: 'vega-lite',
    ast: true,
    expr: expressionInterpreter,
    actions: false,
    renderer: 'svg',
    loader: { http: { credentials: 'omit' } },
  })
  return box
}

function findingList(answer: Answer): HTMLElement {
  const items = answer.findings.map((finding) => element('li', { class: finding.level }, finding.text))
  return element('ul', { class: 'findings', 'aria-label': 'Findings' }, ...items)
}

function alternativeList(answer: Answer, actions: Actions): HTMLElement[] {
  const buttons = answer.alternatives.map((alternative) =>
    element('button', { type: 'button', click: () => actions.runSql(alternative.sql) }, alternative.reading),
  )
  return [element('h3', {}, 'It may also mean'), element('div', { class: 'chips' }, ...buttons)]
}

function rowTable(answer: Answer): HTMLElement {
  const numeric = answer.columns.map((column) => /INT|DOUBLE|FLOAT|DECIMAL/.test(column.type))
  const heads = answer.columns.map((column, i) =>
    element('th', { scope: 'col', class: numeric[i] ? 'number' : '' }, column.name),
  )
  const lines = answer.rows
    .slice(0, 500)
    .map((row) => element('tr', {}, ...row.map((cell, i) => cellOf(cell, numeric[i] === true))))
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...lines))
  return element('div', { class: 'table', tabindex: '0', role: 'region', 'aria-label': 'Rows' }, table)
}

function cellOf(cell: unknown, numeric: boolean): HTMLElement {
  if (cell === null) return element('td', { class: 'null' }, 'none')
  const text =
    typeof cell === 'number'
      ? cell.toLocaleString(undefined, { maximumFractionDigits: 6 })
      : typeof cell === 'object'
        ? JSON.stringify(cell)
        : String(cell)
  return element('td', { class: numeric ? 'number' : '' }, text)
}

function downloads(answer: Answer): HTMLElement {
  const formats = answer.chart === null ? [...DOWNLOADS] : [...DOWNLOADS, ...PICTURES]
  const links = formats.map((format) =>
    element(
      'a',
      { class: 'button', href: `/v1/answers/${answer.id}?format=${format}`, download: `answer.${format}` },
      format.toUpperCase(),
    ),
  )
  return element('section', { class: 'row', 'aria-label': 'Downloads' }, ...links)
}

function sqlBox(answer: Answer, actions: Actions): HTMLElement {
  const area = element('textarea', { 'aria-label': 'SQL', spellcheck: 'false' }, answer.sql)
  const copy = element(
    'button',
    { type: 'button', click: () => void navigator.clipboard?.writeText(area.value) },
    'Copy',
  )
  const run = element('button', { type: 'button', click: () => actions.runSql(area.value) }, 'Run this SQL')
  return element(
    'details',
    { open: true },
    element('summary', {}, 'SQL'),
    area,
    element('div', { class: 'row' }, run, copy),
  )
}

function verdicts(answer: Answer, actions: Actions): HTMLElement {
  const said = element('span', { class: 'quiet', role: 'status' })
  const button = (verdict: 'up' | 'down', label: string) =>
    element(
      'button',
      {
        type: 'button',
        click: () => {
          void actions.feedback(answer, verdict).then(() => {
            said.textContent = verdict === 'up' ? 'Kept as verified.' : 'Noted.'
          })
        },
      },
      label,
    )
  return element('div', { class: 'row' }, button('up', 'Right'), button('down', 'Wrong'), said)
}

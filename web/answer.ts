import type { Answer, Problem } from './api.ts'
import { chartBox } from './chart.ts'
import { downloads } from './download.ts'
import { element } from './element.ts'
import { type Editing, readingBox } from './reading.ts'
import { rowTable } from './rows.ts'
import { workingBox } from './working.ts'

export interface Actions extends Editing {
  ask(question: string): void
  runSql(sql: string): void
  feedback(answer: Answer, verdict: 'up' | 'down'): Promise<void>
  embed(answer: Answer): void
}

/** An answer as a card: words, chart, findings, rows, SQL to edit, what can be done with it. */
export function answerCard(answer: Answer, actions: Actions): HTMLElement {
  const card = element('article', { class: 'card answer', 'aria-labelledby': 'answer-title' })
  card.append(
    element('h2', { id: 'answer-title' }, answer.question),
    ...(answer.reading === undefined ? [] : [readingBox(answer, answer.reading, actions)]),
    element('p', { class: 'explanation' }, answer.explanation),
    metaList(answer),
  )
  if (answer.findings.length > 0) card.append(findingList(answer, actions))
  if (answer.chart !== null) card.append(chartBox(answer.chart))
  if (answer.alternatives.length > 0) card.append(...alternativeList(answer, actions))
  card.append(rowTable(answer), actionBar(answer, actions), workingBox(answer), sqlBox(answer, actions))
  return card
}

/** A refusal as a card, with questions that can be asked instead. */
export function problemCard(problem: Problem, actions: Pick<Actions, 'ask'>, retry?: () => void): HTMLElement {
  const suggestions = (problem.suggestions ?? []).map((question) => chip(question, () => actions.ask(question)))
  const again = retry === undefined ? [] : [element('button', { type: 'button', click: retry }, 'Try again')]
  return element(
    'article',
    { class: `card problem ${problem.code}`, role: 'alert' },
    element('h2', {}, problem.detail),
    element('p', {}, problem.hint),
    ...(suggestions.length > 0 ? [element('h3', {}, 'Questions this data answers')] : []),
    element('div', { class: 'chips' }, ...suggestions, ...again),
  )
}

/** A question or a reading to press. */
export function chip(text: string, press: () => void): HTMLElement {
  return element('button', { type: 'button', class: 'chip', click: press }, text)
}

function metaList(answer: Answer): HTMLElement {
  const percent = Math.round(answer.confidence * 100)
  const bar = element('i')
  bar.style.width = `${percent}%`
  const meter = element('span', { class: 'meter', 'aria-hidden': 'true' }, bar)
  const count = `${answer.row_count.toLocaleString()} row${answer.row_count === 1 ? '' : 's'}${answer.truncated ? ' (cut)' : ''}`
  const time = `${Math.round(answer.timings_ms['total'] ?? 0)} ms${answer.plan.cached ? ', recalled plan' : ''}`
  const sure = answer.plan.verified
    ? element('li', { class: 'badge' }, '✓ Verified by a person')
    : element('li', {}, meter, `${percent} % sure`)
  return element(
    'ul',
    { class: 'meta' },
    sure,
    element('li', {}, count),
    element('li', {}, time),
    element('li', { class: 'model' }, answer.plan.model),
  )
}

function findingList(answer: Answer, actions: Actions): HTMLElement {
  const items = answer.findings.map(({ level, text, rewrite }) => {
    const offer = rewrite === undefined ? [] : [' ', chip(`Ask for “${rewrite.to}”`, () => actions.runSql(rewrite.sql))]
    return element('li', { class: level }, text, ...offer)
  })
  return element('ul', { class: 'findings', 'aria-label': 'Findings' }, ...items)
}

function alternativeList(answer: Answer, actions: Actions): HTMLElement[] {
  const buttons = answer.alternatives.map((other) => chip(other.reading, () => actions.runSql(other.sql)))
  return [element('h3', {}, 'It may also mean'), element('div', { class: 'chips' }, ...buttons)]
}

function actionBar(answer: Answer, actions: Actions): HTMLElement {
  const said = element('span', { class: 'quiet small', role: 'status' })
  const verdict = (word: 'up' | 'down', label: string, thanks: string) => {
    const press = () =>
      void actions.feedback(answer, word).then(
        () => {
          said.textContent = thanks
        },
        (problem: Error) => {
          said.textContent = problem.message
        },
      )
    return element('button', { type: 'button', class: 'plain', click: press }, label)
  }
  const link = element(
    'button',
    { type: 'button', class: 'plain', click: () => copy(linkOf(answer), link) },
    'Copy link',
  )
  return element(
    'div',
    { class: 'bar' },
    verdict('up', '✓ Right', 'Kept as verified.'),
    verdict('down', '✗ Wrong', 'Noted.'),
    said,
    element('span', { class: 'space' }),
    link,
    element('button', { type: 'button', class: 'plain', click: () => actions.embed(answer) }, 'Embed'),
    downloads(answer),
  )
}

/** The answer's own address. */
export function linkOf({ id }: Pick<Answer, 'id'>): string {
  return `${location.origin}/a/${id}`
}

/** Copies text and says so on the button for a moment. */
export function copy(text: string, button: HTMLElement): void {
  const label = button.textContent
  const tell = (word: string) => {
    button.textContent = word
    setTimeout(() => {
      button.textContent = label
    }, 1500)
  }
  if (navigator.clipboard === undefined) {
    tell('Not possible here')
    return
  }
  navigator.clipboard.writeText(text).then(
    () => tell('Copied'),
    () => tell('Not allowed'),
  )
}

function sqlBox(answer: Answer, actions: Actions): HTMLElement {
  const lines = answer.sql.split('\n').length
  const area = element(
    'textarea',
    { 'aria-label': 'SQL', spellcheck: 'false', rows: String(Math.min(Math.max(lines, 3), 16)) },
    answer.sql,
  )
  const copied = element('button', { type: 'button', class: 'plain', click: () => copy(area.value, copied) }, 'Copy')
  const run = element('button', { type: 'button', click: () => actions.runSql(area.value) }, 'Run this SQL')
  return element(
    'details',
    { class: 'sql' },
    element('summary', {}, 'SQL'),
    area,
    element('div', { class: 'bar' }, run, copied),
  )
}

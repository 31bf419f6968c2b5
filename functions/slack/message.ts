import type { Answer } from '../../src/answer.ts'
import type { Refusal } from '../../src/refusal.ts'
import { textTable } from '../text-table.ts'
import { escapeText, prose, shorten } from './text.ts'

/** A Slack message: `text` for notifications and screen readers, `blocks` for the eye. */
export interface Message {
  text: string
  blocks: object[]
}

/** Slack cuts a section at 3,000 signs; a table wider than 64 wraps on a laptop, one longer than 10 rows hides the rest. */
const SECTION = 2900
const TABLE = { width: 64, rows: 10 }
const LINE = 160
const CHARTS = ['bar', 'bar-horizontal', 'line', 'area', 'pie', 'scatter', 'histogram', 'table']

/** An answer: who asked what, the chart, the rows, findings of one line each, buttons. `picture` is Slack's id of the chart. */
export function answerMessage(answer: Answer, user: string, picture: string): Message {
  const findings = answer.findings.slice(0, 3).map(({ level, text }) => {
    return `${level === 'warning' ? ':warning:' : ':information_source:'} ${prose(oneLine(text))}`
  })
  const others = answer.alternatives
    .slice(0, 1)
    .map(({ reading }) => `:grey_question: It may also mean: ${prose(oneLine(reading))}`)
  const notes = [...findings, ...others]
  return message(`${answer.question}: ${answer.explanation}`, [
    section(`<@${user}> asked: *${prose(oneLine(answer.question, 500))}*\n${prose(shorten(answer.explanation, 1500))}`),
    ...(picture === '' ? [] : [image(answer, picture)]),
    rowsOf(answer),
    ...(notes.length > 0 ? [context(notes.join('\n'))] : []),
    context(footOf(answer)),
    buttons(answer),
  ])
}

/** The alternative text of an answer's chart. */
export function altText(answer: Answer): string {
  return String((answer.chart as { description?: string } | null)?.description ?? answer.question)
}

/** Whether an answer is a single value, which is written large instead of drawn. */
export function isOneValue({ columns, rows }: Answer): boolean {
  return columns.length === 1 && rows.length === 1
}

/** What stands in a thread while an answer is on its way. */
export function workingMessage(question: string): Message {
  return message(`Working on it: ${question}`, [
    context(`:hourglass_flowing_sand: Working on it: ${prose(oneLine(question, 500))}`),
  ])
}

/** A refusal, with a button for each question that can be asked instead; `dataset` is the one they are about. */
export function refusalMessage(refusal: Refusal, dataset: string | undefined): Message {
  const suggestions = refusal.suggestions.map((question, i) => {
    const whole = dataset === undefined ? question : `${dataset}: ${question}`
    return button('ask-again', shorten(question, 70), whole, `-${i}`)
  })
  return message(refusal.message, [
    section(`${prose(refusal.message)}\n_${prose(refusal.hint)}_`),
    ...(suggestions.length > 0 ? [{ type: 'actions', elements: suggestions }] : []),
  ])
}

/** Words only, taken as they are. */
export function plainMessage(text: string): Message {
  return message(text, [section(prose(text))])
}

/** An answer's SQL; cut where Slack would. */
export function sqlMessage(answer: Answer): Message {
  return message(answer.sql, [section(`\`\`\`${escapeText(shorten(fenced(answer.sql), SECTION - 400))}\`\`\``)])
}

function message(text: string, blocks: object[]): Message {
  return { text: shorten(escapeText(text), SECTION), blocks }
}

function rowsOf(answer: Answer): object {
  const [column] = answer.columns
  const [row] = answer.rows
  if (isOneValue(answer) && column !== undefined && row !== undefined) {
    const value = typeof row[0] === 'object' && row[0] !== null ? JSON.stringify(row[0]) : String(row[0] ?? 'no value')
    return section(`*${prose(oneLine(value, 300))}*  ${prose(oneLine(column.name, 100))}`)
  }
  return section(`\`\`\`${shorten(escapeText(fenced(textTable(answer, TABLE.width, TABLE.rows))), SECTION - 10)}\`\`\``)
}

/** Three backquotes in a cell would end the block they stand in. */
function fenced(text: string): string {
  return text.replaceAll('```', "'''")
}

function oneLine(text: string, most = LINE): string {
  return shorten(text.replace(/\s+/g, ' '), most)
}

function footOf(answer: Answer): string {
  const rows = `${answer.row_count}${answer.truncated ? '+' : ''} row${answer.row_count === 1 ? '' : 's'}`
  return `${Math.round(answer.confidence * 100)} % sure · ${rows} · ${prose(answer.dataset)} · reply here to follow up`
}

function image(answer: Answer, picture: string): object {
  return { type: 'image', slack_file: { id: picture }, alt_text: shorten(altText(answer), 1900) }
}

function section(text: string): object {
  return { type: 'section', text: { type: 'mrkdwn', text: shorten(text, SECTION), verbatim: true } }
}

function context(text: string): object {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: shorten(text, SECTION), verbatim: true }] }
}

function button(action: string, label: string, value: string, suffix = '', spoken = label): object {
  return {
    type: 'button',
    action_id: `${action}${suffix}`,
    text: { type: 'plain_text', text: label, emoji: true },
    value: shorten(value, 1900),
    accessibility_label: shorten(spoken, 75),
  }
}

function buttons(answer: Answer): object {
  const options = CHARTS.map((chart) => ({
    text: { type: 'plain_text', text: chart.replace('-', ' ') },
    value: JSON.stringify({ id: answer.id, chart }),
  }))
  const change = {
    type: 'static_select',
    action_id: 'change-chart',
    placeholder: { type: 'plain_text', text: 'Change chart' },
    options,
  }
  const form = { answer: answer.id, question: shorten(answer.question, 900), dataset: answer.dataset }
  return {
    type: 'actions',
    elements: [
      change,
      button('ask-with', 'Ask again with…', JSON.stringify(form)),
      button('show-sql', 'Show SQL', answer.id),
      button('download-csv', 'CSV', answer.id, '', 'Download the rows as CSV'),
      button('right', ':+1:', answer.id, '', 'This answer is right'),
      button('wrong', ':-1:', answer.id, '', 'This answer is wrong'),
    ],
  }
}

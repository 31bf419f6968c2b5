import type { Answer } from '../../src/answer.ts'
import type { Refusal } from '../../src/refusal.ts'
import { textTable } from '../text-table.ts'
import { escapeText, shorten } from './text.ts'

/** A Slack message: `text` for notifications and screen readers, `blocks` for the eye. */
export interface Message {
  response_type?: 'in_channel' | 'ephemeral'
  replace_original?: boolean
  text: string
  blocks: object[]
  unfurl_links: false
  unfurl_media: false
}

/** Slack cuts a section at 3,000 signs; a table wider than 70 wraps on a laptop. */
const SECTION = 2900
const TABLE = { width: 70, rows: 12 }
const CHARTS = ['bar', 'bar-horizontal', 'line', 'area', 'pie', 'scatter', 'histogram', 'table']

/** An answer: question, explanation, table, findings, buttons. The chart travels beside it as a file. */
export function answerMessage(answer: Answer, user: string): Message {
  const table = escapeText(shorten(textTable(answer, TABLE.width, TABLE.rows), SECTION))
  const findings = answer.findings
    .slice(0, 3)
    .map(
      (finding) => `${finding.level === 'warning' ? ':warning:' : ':information_source:'} ${escapeText(finding.text)}`,
    )
  return message(`${answer.question}: ${answer.explanation}`, [
    section(
      `<@${escapeText(user)}> asked: *${escapeText(shorten(answer.question, 500))}*\n${escapeText(answer.explanation)}`,
    ),
    section(`\`\`\`${table}\`\`\``),
    ...(findings.length > 0 ? [context(findings.join('\n'))] : []),
    context(`${Math.round(answer.confidence * 100)} % sure · ${answer.row_count} rows · ${escapeText(answer.dataset)}`),
    buttons(answer),
  ])
}

/** A refusal, with a button for each question that can be asked instead; only the asker sees it. */
export function refusalMessage(refusal: Refusal): Message {
  const suggestions = refusal.suggestions.map((question, i) =>
    button('ask-again', shorten(question, 70), question, `-${i}`),
  )
  return {
    ...message(refusal.message, [
      section(`${escapeText(refusal.message)}\n_${escapeText(refusal.hint)}_`),
      ...(suggestions.length > 0 ? [{ type: 'actions', elements: suggestions }] : []),
    ]),
    response_type: 'ephemeral',
  }
}

/** Words only. */
export function plainMessage(text: string): Message {
  return message(text, [section(shorten(text, SECTION))])
}

function message(text: string, blocks: object[]): Message {
  return {
    response_type: 'in_channel',
    text: shorten(escapeText(text), SECTION),
    blocks,
    unfurl_links: false,
    unfurl_media: false,
  }
}

function section(text: string): object {
  return { type: 'section', text: { type: 'mrkdwn', text: shorten(text, SECTION), verbatim: true } }
}

function context(text: string): object {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: shorten(text, SECTION), verbatim: true }] }
}

function button(action: string, label: string, value: string, suffix = ''): object {
  return {
    type: 'button',
    action_id: `${action}${suffix}`,
    text: { type: 'plain_text', text: label, emoji: true },
    value: shorten(value, 1900),
  }
}

function buttons(answer: Answer): object {
  const options = CHARTS.map((chart) => ({
    text: { type: 'plain_text', text: chart },
    value: JSON.stringify({ id: answer.id, chart }),
  }))
  const change = {
    type: 'static_select',
    action_id: 'change-chart',
    placeholder: { type: 'plain_text', text: 'Change chart' },
    options,
  }
  return {
    type: 'actions',
    elements: [
      change,
      button('show-sql', 'Show SQL', answer.id),
      button('download-csv', 'CSV', answer.id),
      button('right', ':+1: Right', answer.id),
      button('wrong', ':-1: Wrong', answer.id),
    ],
  }
}

import { CHART_KINDS } from '../../src/chart/wish.ts'

/** The `callback_id` of the form behind "Ask again with…". */
export const FORM = 'ask-with'

/** What the form remembers between opening and sending: the answer it changes, and where the new one goes. */
export interface AskForm {
  /** Id of the answer. */
  answer: string
  question: string
  dataset: string
  channel: string
  thread?: string
  responseUrl?: string
}

/** Slack's limit on `private_metadata`: https://docs.slack.dev/reference/views/modal-views */
const METADATA = 3000

/** The form as a Slack modal: a change to the question, the question itself to rewrite, and a chart. */
export function formView(form: AskForm): object {
  const kept = { ...form, question: form.question.slice(0, METADATA / 3) }
  return {
    type: 'modal',
    callback_id: FORM,
    private_metadata: JSON.stringify(kept),
    title: plain('Ask again with…'),
    submit: plain('Ask'),
    close: plain('Cancel'),
    blocks: [
      input('change', 'What should be different?', {
        placeholder: plain('only 1997; by month; without Germany; top 5'),
      }),
      input('question', 'Or write the question anew', { initial_value: kept.question, multiline: true }),
      chartInput(),
    ],
  }
}

function input(name: string, label: string, more: object): object {
  const element = { type: 'plain_text_input', action_id: 'text', max_length: 1000, ...more }
  return { type: 'input', block_id: name, optional: true, label: plain(label), element }
}

function chartInput(): object {
  const options = CHART_KINDS.map((kind) => ({ text: plain(kind.replaceAll('-', ' ')), value: kind }))
  const element = { type: 'static_select', action_id: 'kind', placeholder: plain('As it suits'), options }
  return { type: 'input', block_id: 'chart', optional: true, label: plain('Chart'), element }
}

function plain(text: string): object {
  return { type: 'plain_text', text }
}

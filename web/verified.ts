import { fetchJson, Refused, send, type Verified } from './api.ts'
import { openDialog } from './dialog.ts'
import { element } from './element.ts'

/** What each outcome of a check is called. */
const DRIFTS: Record<string, string> = {
  same: 'as approved',
  data: 'other rows: the data changed',
  held: 'your SQL stands in for the model',
  model: 'the model would answer otherwise',
  shape: 'other columns than approved',
  broken: 'no longer runs',
}

/** The verified questions of a dataset, to ask, edit, delete, check and export. Fills `place` and keeps it up to date. */
export async function showVerified(
  place: HTMLElement,
  dataset: string,
  ask: (question: string) => void,
): Promise<void> {
  const base = `/v1/datasets/${encodeURIComponent(dataset)}/verified`
  const { verified } = await fetchJson<{ verified: Verified[] }>(base)
  if (verified.length === 0) {
    const how = 'None yet. Press “Right” under an answer, and its question is answered by the same SQL from then on.'
    return place.replaceChildren(element('p', { class: 'quiet small' }, how))
  }
  const again = () => void showVerified(place, dataset, ask)
  const items = new Map(verified.map((entry) => [entry.id, verifiedItem(entry, base, { ask, again })]))
  const said = element('span', { class: 'quiet small', role: 'status' })
  const check = element(
    'button',
    { type: 'button', class: 'plain', click: () => void checkAll(base, items, said) },
    'Check all',
  )
  const file = element('a', { href: `${base}?format=yaml`, download: 'cases.yaml' }, 'Export')
  place.replaceChildren(
    element('ul', { class: 'list' }, ...items.values()),
    element('div', { class: 'bar' }, check, file, said),
  )
}

interface Doing {
  ask(question: string): void
  again(): void
}

function verifiedItem(entry: Verified, base: string, { ask, again }: Doing): HTMLElement {
  const wordings = entry.paraphrases.length
  const note = wordings === 0 ? '' : `${wordings} other wording${wordings === 1 ? '' : 's'}`
  const path = `${base}/${entry.id}`
  return element(
    'li',
    {},
    element('button', { type: 'button', class: 'entry', click: () => ask(entry.question) }, entry.question),
    element('span', { class: 'note quiet small' }, note),
    element(
      'button',
      {
        type: 'button',
        class: 'plain small',
        'aria-label': `Edit: ${entry.question}`,
        click: () => editEntry(entry, path, again),
      },
      'Edit',
    ),
    element(
      'button',
      {
        type: 'button',
        class: 'plain small',
        'aria-label': `Delete: ${entry.question}`,
        click: () => void send('DELETE', path).then(again),
      },
      'Delete',
    ),
  )
}

async function checkAll(base: string, items: Map<string, HTMLElement>, said: HTMLElement): Promise<void> {
  said.textContent = 'Checking …'
  try {
    const { drifts } = await send<{ drifts: { id: string; drift: string; detail: string }[] }>('POST', `${base}/test`)
    for (const { id, drift, detail } of drifts) {
      const note = items.get(id)?.querySelector<HTMLElement>('.note')
      if (!note) continue
      note.textContent = DRIFTS[drift] ?? drift
      note.title = detail
      note.classList.toggle('drifted', drift === 'broken' || drift === 'shape' || drift === 'model')
    }
    said.textContent = 'Checked.'
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown
    said.textContent = thrown.problem.detail
  }
}

function editEntry(entry: Verified, path: string, done: () => void): void {
  const question = element('input', { type: 'text', value: entry.question, required: true })
  const wordings = element('textarea', { rows: '3', placeholder: 'One wording per line' }, entry.paraphrases.join('\n'))
  const sql = element('textarea', { rows: '8', spellcheck: 'false', class: 'code' }, entry.sql)
  const save = async () => {
    const paraphrases = wordings.value.split('\n').filter((line) => line.trim() !== '')
    await send('PATCH', path, { question: question.value, paraphrases, sql: sql.value })
    done()
    return undefined
  }
  openDialog('Edit the verified question', [
    element('label', { class: 'field' }, element('span', {}, 'Question'), question),
    element('label', { class: 'field' }, element('span', {}, 'Other wordings that mean the same'), wordings),
    element('label', { class: 'field' }, element('span', {}, 'SQL'), sql),
  ], { label: 'Save', act: save }) // biome-ignore format: the form reads as it is seen
}

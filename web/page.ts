import { type Actions, answerCard, chip, problemCard } from './answer.ts'
import {
  type Answer,
  ask,
  type Dataset,
  type DatasetCatalog,
  type Edit,
  fetchJson,
  giveKey,
  type Problem,
  Refused,
  send,
} from './api.ts'
import { openDialog } from './dialog.ts'
import { byId, element } from './element.ts'
import { embedDialog } from './embedding.ts'
import { ago, forget, history, remember } from './history.ts'
import { linkedId, sinceThen } from './permalink.ts'
import { noData, skeleton, stepName, welcome } from './place.ts'
import { tableList } from './tables.ts'
import { wireTabs } from './tabs.ts'
import { showVerified } from './verified.ts'

const form = byId<HTMLFormElement>('ask')
const select = byId<HTMLSelectElement>('dataset')
const input = byId<HTMLInputElement>('question')
const go = byId<HTMLButtonElement>('go')
const progress = byId('progress')
const place = byId('answer')
const since = byId('since')
let datasets: Dataset[] = []
let leaving = new AbortController()

const actions: Actions = {
  ask(question) {
    input.value = question
    void run('/v1/ask', { question, dataset: select.value })
  },
  runSql(sql) {
    void run('/v1/sql', { sql, dataset: select.value, question: input.value || 'SQL' })
  },
  async feedback(answer, verdict) {
    await send('POST', `/v1/answers/${answer.id}/feedback`, { verdict })
    void fillVerified()
  },
  embed: embedDialog,
  edit(answer, edits, focus) {
    void change(answer, { edits }, focus)
  },
  follow(answer, question) {
    void change(answer, { question }, 'follow')
  },
}

/** Asks for the answer changed; the old one stays in view until then, and when it cannot be. */
async function change(answer: Answer, said: { edits?: Edit[]; question?: string }, focus: string): Promise<void> {
  leaving.abort()
  const mine = new AbortController()
  leaving = mine
  place.setAttribute('aria-busy', 'true')
  try {
    const body = { ...said, previous: answer.id, dataset: answer.dataset }
    const changed = await ask('/v1/ask', body, { signal: mine.signal })
    input.value = changed.question
    show(changed)
    keep(changed)
    progress.textContent = `Changed: ${changed.question}`
    const back = focus === 'follow' ? place.querySelector<HTMLElement>('.follow input') : document.getElementById(focus)
    back?.focus({ preventScroll: true })
  } catch (thrown) {
    if (mine.signal.aborted) return
    if (!(thrown instanceof Refused)) throw thrown
    unchanged(answer, thrown.problem)
  } finally {
    if (leaving === mine) place.removeAttribute('aria-busy')
  }
}

/** Why the answer stays as it is, and what could be said instead. */
function unchanged(answer: Answer, problem: Problem): void {
  const ambiguous = problem.code === 'edit-ambiguous'
  const others = (problem.suggestions ?? []).map((words) =>
    chip(words, () => (ambiguous ? actions.follow(answer, words) : actions.ask(words))),
  )
  byId('follow-note').replaceChildren(
    `${problem.detail} ${problem.hint}`,
    element('div', { class: 'chips' }, ...others),
  )
}

interface Asked {
  dataset: string
  question: string
  sql?: string
}

/** Asks and shows; a question under way gives way to a new one. */
async function run(path: string, body: Asked): Promise<void> {
  leaving.abort()
  const mine = new AbortController()
  leaving = mine
  waiting(true, body.question)
  try {
    const onStep = (step: string) => {
      progress.textContent = stepName(step)
    }
    const answer = await ask(path, body, { onStep, signal: mine.signal })
    show(answer)
    keep(answer)
  } catch (thrown) {
    if (mine.signal.aborted) return
    refuse(thrown, () => void run(path, body))
  } finally {
    if (leaving === mine) waiting(false)
  }
}

function waiting(busy: boolean, question = ''): void {
  form.classList.toggle('busy', busy)
  go.textContent = busy ? 'Asking …' : 'Ask'
  progress.textContent = busy ? 'Asking …' : ''
  if (!busy) {
    place.removeAttribute('aria-busy')
    return
  }
  since.replaceChildren()
  place.setAttribute('aria-busy', 'true')
  place.replaceChildren(skeleton(question))
}

function show(answer: Answer): void {
  place.replaceChildren(answerCard(answer, actions))
  document.title = `${answer.question} · asklake`
}

/** A refusal as a card; anything else is a bug. */
function refuse(thrown: unknown, retry?: () => void): void {
  if (!(thrown instanceof Refused)) throw thrown
  const { problem } = thrown
  if (problem.code === 'key-required' || problem.code === 'key-wrong') {
    askForKey(problem, retry ?? begin)
    return
  }
  const offline = problem.code === 'offline'
  place.replaceChildren(problemCard(problem, actions, offline ? retry : undefined))
  if (offline && retry) addEventListener('online', retry, { once: true })
}

function askForKey(problem: Problem, then: () => void): void {
  const key = element('input', { type: 'password', required: true, autocomplete: 'off', placeholder: 'asklake_…' })
  const act = async () => {
    giveKey(key.value.trim())
    then()
    return undefined
  }
  const words = element('p', { class: 'quiet' }, `${problem.detail} It is kept in this tab alone.`)
  const field = element('label', { class: 'field' }, element('span', {}, 'Key'), key)
  openDialog('This asklake asks for a key', [words, field], { label: 'Go on', act })
}

/** The answer gets its address, and its question a place in the history. */
function keep(answer: Answer): void {
  window.history.pushState(null, '', `/a/${answer.id}`)
  remember({ question: answer.question, dataset: answer.dataset, id: answer.id, at: Date.now() })
  fillHistory()
}

/** Shows a kept answer and what changed since; one that is kept no longer is asked anew when its question is known. */
async function open(id: string): Promise<void> {
  try {
    const answer = await fetchJson<Answer>(`/v1/answers/${id}`)
    input.value = answer.question
    if (select.value !== answer.dataset) await chooseDataset(answer.dataset)
    show(answer)
    await sinceThen(answer, since, (today) => {
      show(today)
      since.replaceChildren()
      keep(today)
    })
  } catch (thrown) {
    const known = history().find((entry) => entry.id === id)
    const gone = thrown instanceof Refused && thrown.problem.code === 'answer-unknown'
    if (gone && known) return run('/v1/ask', { question: known.question, dataset: known.dataset })
    refuse(thrown, () => void open(id))
  }
}

function fillHistory(): void {
  const items = history().map(({ question, dataset, id, at }) => {
    const again = () => {
      window.history.pushState(null, '', `/a/${id}`)
      void open(id)
    }
    const note = element('span', { class: 'note quiet small' }, `${dataset}, ${ago(at)}`)
    return element('li', {}, element('button', { type: 'button', class: 'entry', click: again }, question), note)
  })
  const clear = () => {
    forget()
    fillHistory()
  }
  byId('history').replaceChildren(
    ...(items.length === 0
      ? [element('p', { class: 'quiet small' }, 'Nothing asked yet. Questions are kept in this browser alone.')]
      : [
          element('ol', { class: 'list' }, ...items),
          element(
            'div',
            { class: 'bar' },
            element('button', { type: 'button', class: 'plain small', click: clear }, 'Clear'),
          ),
        ]),
  )
}

async function fillVerified(): Promise<void> {
  const panel = byId('verified')
  if (panel.hidden) return
  await showVerified(panel, select.value, actions.ask).catch((thrown: unknown) => {
    if (!(thrown instanceof Refused)) throw thrown
    panel.replaceChildren(element('p', { class: 'quiet small' }, thrown.problem.detail))
  })
}

/** Shows a dataset's tables and questions; where nothing is asked yet, in the middle of the page. */
async function chooseDataset(name: string): Promise<void> {
  select.value = name
  const dataset = datasets.find((candidate) => candidate.name === name)
  const questions = (dataset?.questions ?? []).map((question) => chip(question, () => actions.ask(question)))
  byId('suggestions').replaceChildren(...questions)
  void fillVerified()
  const tables = byId('tables')
  if (dataset?.problem) return tables.replaceChildren(element('p', { class: 'quiet small' }, dataset.problem))
  try {
    const catalog = await fetchJson<DatasetCatalog>(`/v1/datasets/${encodeURIComponent(name)}`)
    tables.replaceChildren(tableList(name, catalog, insert))
    const rows = catalog.tables.reduce((sum, table) => sum + table.rows, 0)
    if (dataset && place.querySelector('.card') === null) {
      byId('suggestions').replaceChildren()
      place.replaceChildren(welcome(dataset, rows, questions))
    }
  } catch (thrown) {
    refuse(thrown, () => void chooseDataset(name))
  }
}

/** Puts a word where the cursor is. */
function insert(word: string): void {
  const at = input.selectionStart ?? input.value.length
  const before = input.value.slice(0, at)
  const gap = before === '' || before.endsWith(' ') ? '' : ' '
  input.setRangeText(`${gap}${word} `, at, input.selectionEnd ?? at, 'end')
  input.focus()
}

function begin(): void {
  void load().catch((thrown: unknown) => refuse(thrown, begin))
}

async function load(): Promise<void> {
  datasets = (await fetchJson<{ datasets: Dataset[] }>('/v1/datasets')).datasets
  document.body.classList.remove('loading')
  select.replaceChildren(...datasets.map(({ name, title }) => element('option', { value: name }, title)))
  place.replaceChildren()
  const [first] = datasets
  if (first === undefined) return place.replaceChildren(noData())
  const id = linkedId(location.pathname)
  await chooseDataset(new URLSearchParams(location.search).get('dataset') ?? first.name)
  if (id) await open(id)
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  actions.ask(input.value)
})
select.addEventListener('change', () => void chooseDataset(select.value))
addEventListener('popstate', () => {
  const id = linkedId(location.pathname)
  since.replaceChildren()
  if (id) return void open(id)
  place.replaceChildren()
  void chooseDataset(select.value)
})
addEventListener('keydown', (event) => {
  const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select')
  if (event.key !== '/' || typing || document.querySelector('dialog[open]')) return
  event.preventDefault()
  input.select()
})
wireTabs(byId('tabs'), () => void fillVerified())
fillHistory()
begin()

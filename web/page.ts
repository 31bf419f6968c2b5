import { type Actions, answerCard, problemCard } from './answer.ts'
import { type Answer, ask, type Dataset, type DatasetCatalog, fetchJson, Refused } from './api.ts'
import { byId, element } from './element.ts'

/** What each step is called while it runs. */
const PROGRESS: Record<string, string> = {
  catalog: 'Reading the catalog',
  recall: 'Looking for a known plan',
  link: 'Finding your words in the data',
  draft: 'Drafting a query',
  choose: 'Comparing readings',
  check: 'Checking the query',
  execute: 'Running it',
  verify: 'Checking the answer',
  chart: 'Drawing',
  explain: 'Explaining',
}

const form = byId<HTMLFormElement>('ask')
const select = byId<HTMLSelectElement>('dataset')
const input = byId<HTMLInputElement>('question')
const go = byId<HTMLButtonElement>('go')
const progress = byId('progress')
const place = byId('answer')
const asked: { question: string; dataset: string }[] = []
let datasets: Dataset[] = []

const actions: Actions = {
  ask(question) {
    input.value = question
    void run('/v1/ask', { question, dataset: select.value })
  },
  runSql(sql) {
    void run('/v1/sql', { sql, dataset: select.value, question: input.value || 'SQL' })
  },
  async feedback(answer, verdict) {
    const body = JSON.stringify({ verdict })
    await fetch(`/v1/answers/${answer.id}/feedback`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
  },
}

async function run(path: string, body: { dataset: string; question: string; sql?: string }): Promise<void> {
  go.disabled = true
  place.setAttribute('aria-busy', 'true')
  try {
    const answer = await ask(path, body, (step) => {
      progress.textContent = `${PROGRESS[step] ?? step} …`
    })
    await show(answer)
    if (path === '/v1/ask') remember(body)
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown
    place.replaceChildren(problemCard(thrown.problem, actions))
  } finally {
    progress.textContent = ''
    go.disabled = false
    place.removeAttribute('aria-busy')
  }
}

async function show(answer: Answer): Promise<void> {
  const card = await answerCard(answer, actions)
  place.replaceChildren(card)
  window.dispatchEvent(new Event('resize'))
}

function remember(entry: { question: string; dataset: string }): void {
  asked.unshift(entry)
  asked.splice(20)
  const items = asked.map(({ question, dataset }) => {
    const again = () => {
      select.value = dataset
      void chooseDataset(dataset)
      actions.ask(question)
    }
    return element(
      'li',
      {},
      element('button', { type: 'button', title: `${dataset}: ${question}`, click: again }, question),
    )
  })
  byId('history').replaceChildren(...items)
}

async function chooseDataset(name: string): Promise<void> {
  const dataset = datasets.find((candidate) => candidate.name === name)
  const chips = (dataset?.questions ?? []).map((question) =>
    element('button', { type: 'button', click: () => actions.ask(question) }, question),
  )
  byId('suggestions').replaceChildren(...chips)
  if (dataset?.problem) return void byId('tables').replaceChildren(element('p', { class: 'quiet' }, dataset.problem))
  const catalog = await fetchJson<DatasetCatalog>(`/v1/datasets/${encodeURIComponent(name)}`)
  byId('tables').replaceChildren(...catalog.tables.map(tableDetails))
}

function tableDetails(table: DatasetCatalog['tables'][number]): HTMLElement {
  const columns = table.columns.map((column) =>
    element('li', {}, column.name, element('span', {}, column.type.toLowerCase())),
  )
  const count = element('span', {}, ` ${table.rows.toLocaleString()} rows`)
  return element('details', {}, element('summary', {}, table.name, count), element('ul', {}, ...columns))
}

async function begin(): Promise<void> {
  try {
    datasets = (await fetchJson<{ datasets: Dataset[] }>('/v1/datasets')).datasets
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown
    place.replaceChildren(problemCard(thrown.problem, actions))
    return
  }
  select.replaceChildren(...datasets.map(({ name, title }) => element('option', { value: name }, title)))
  const [first] = datasets
  if (first === undefined) {
    place.replaceChildren(
      element(
        'p',
        { class: 'quiet' },
        'No datasets yet: put a folder of CSV, JSON or Parquet files into the data folder.',
      ),
    )
    return
  }
  await chooseDataset(first.name)
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  actions.ask(input.value)
})
select.addEventListener('change', () => void chooseDataset(select.value))
void begin()

import { chip, problemCard } from './answer.ts'
import { type Answer, ask, fetchJson, OFFLINE, type Problem, Refused } from './api.ts'
import { chartBox } from './chart.ts'
import { byId, element } from './element.ts'
import { skeleton, stepName } from './place.ts'
import { rowTable } from './rows.ts'

/** The page inside a frame: a pinned answer that refreshes, or a box for questions. What it may show is in its signed token. */
interface About {
  title: string
  pinned: boolean
  refresh_s: number | null
  questions: string[]
}

const query = `token=${encodeURIComponent(new URLSearchParams(location.search).get('token') ?? '')}`
const place = byId('answer')
const progress = byId('progress')
let tag: string | null = null

function show(answer: Answer): void {
  const when = new Date().toLocaleTimeString(undefined, { timeStyle: 'short' })
  const parts = [
    element('h2', {}, answer.question),
    ...(answer.chart === null ? [] : [chartBox(answer.chart)]),
    ...answer.findings
      .filter(({ level }) => level === 'warning')
      .map(({ text }) => element('p', { class: 'finding warning' }, text)),
    answer.chart === null
      ? rowTable(answer)
      : element('details', {}, element('summary', {}, `Rows (${answer.row_count.toLocaleString()})`), rowTable(answer)),
    element('p', { class: 'quiet small' }, `As of ${when}.`),
  ]
  place.replaceChildren(element('article', { class: 'answer' }, ...parts))
  document.title = answer.question
  tell('asklake-answer', { question: answer.question, rows: answer.row_count })
}

function refuse(problem: Problem): void {
  place.replaceChildren(problemCard(problem, { ask: run }))
  tell('asklake-problem', { code: problem.code, detail: problem.detail })
}

/** Events for the page around: only shapes and words, to anyone, since the frame may stand anywhere it is allowed to. */
function tell(type: string, detail: object): void {
  if (parent !== window) parent.postMessage({ type, detail }, '*')
}

/** The pinned answer, when it has changed. */
async function refresh(): Promise<void> {
  try {
    const response = await fetch(`/embed/answer?${query}`, tag === null ? {} : { headers: { 'if-none-match': tag } })
    if (response.status === 304) return
    if (!response.ok) return refuse((await response.json()) as Problem)
    tag = response.headers.get('etag')
    show((await response.json()) as Answer)
  } catch (problem) {
    console.warn(problem)
    if (tag === null) refuse(OFFLINE)
  }
}

function run(question: string): void {
  byId<HTMLInputElement>('question').value = question
  place.replaceChildren(skeleton(question))
  const onStep = (step: string) => {
    progress.textContent = stepName(step)
  }
  ask(`/embed/ask?${query}`, { question }, { onStep })
    .then(show, (thrown: unknown) => {
      if (!(thrown instanceof Refused)) throw thrown
      refuse(thrown.problem)
    })
    .finally(() => {
      progress.textContent = ''
    })
}

function openBox({ title, questions }: About): void {
  const form = byId<HTMLFormElement>('ask')
  form.hidden = false
  byId<HTMLInputElement>('question').placeholder = `Ask about ${title}`
  byId('suggestions').replaceChildren(...questions.map((question) => chip(question, () => run(question))))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    run(byId<HTMLInputElement>('question').value)
  })
}

async function begin(): Promise<void> {
  const about = await fetchJson<About>(`/embed/about?${query}`)
  if (!about.pinned) return openBox(about)
  place.replaceChildren(skeleton(about.title))
  await refresh()
  if (about.refresh_s !== null) {
    setInterval(() => {
      if (!document.hidden) void refresh()
    }, about.refresh_s * 1000)
  }
}

new ResizeObserver(() => tell('asklake-height', { height: document.documentElement.scrollHeight })).observe(
  document.body,
)
begin().catch((thrown: unknown) => {
  if (!(thrown instanceof Refused)) throw thrown
  refuse(thrown.problem)
})

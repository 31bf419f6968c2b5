import { type Answer, Refused, type Replay, send } from './api.ts'
import { element } from './element.ts'
import { ago } from './history.ts'

/** The id of an answer's address `/a/{id}`, if this is one. */
export function linkedId(path: string): string | undefined {
  return /^\/a\/([\w-]{1,64})$/.exec(path)?.[1]
}

/** Runs a kept answer again in the background and says above it what changed since; `show` puts today's answer in its place. */
export async function sinceThen(kept: Answer, place: HTMLElement, show: (answer: Answer) => void): Promise<void> {
  place.replaceChildren(element('p', { class: 'quiet' }, 'Comparing with the data of today …'))
  try {
    const replay = await send<Replay>('POST', `/v1/answers/${kept.id}/replay`)
    place.replaceChildren(changes(replay, show))
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown
    place.replaceChildren(
      element('p', { class: 'quiet' }, `It could not be compared with today: ${thrown.problem.detail}`),
    )
  }
}

function changes({ asked_at, summary, answer }: Replay, show: (answer: Answer) => void): HTMLElement {
  const when = asked_at === null ? 'Kept answer' : `Asked ${ago(Date.parse(asked_at))}`
  if (summary.length === 0) return element('p', { class: 'since' }, `${when}. Nothing has changed since.`)
  const today =
    answer === null
      ? []
      : [element('button', { type: 'button', click: () => show(answer) }, 'Show the answer of today')]
  return element(
    'div',
    { class: 'since changed' },
    element('p', {}, `${when}.`),
    element('ul', {}, ...summary.map((line) => element('li', {}, line))),
    ...today,
  )
}

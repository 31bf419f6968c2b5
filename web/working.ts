import { type Answer, fetchJson, Refused, type WorkingPart } from './api.ts'
import { element } from './element.ts'
import { rowTable } from './rows.ts'

/** Behind a disclosure, how the answer came about: each part of its SQL with its row count and first rows, fetched when it is opened. */
export function workingBox(answer: Answer): HTMLElement {
  const place = element('div', { class: 'parts', 'aria-live': 'polite' })
  const box = element('details', { class: 'working' }, element('summary', {}, 'Show the working'), place)
  const load = () => {
    if (!box.open || place.childElementCount > 0) return
    place.replaceChildren(element('p', { class: 'quiet small' }, 'Working it out …'))
    void fetchJson<{ parts: WorkingPart[] }>(`/v1/answers/${answer.id}/working`).then(
      ({ parts }) => place.replaceChildren(element('ol', {}, ...parts.map(partItem))),
      (thrown: unknown) => {
        if (!(thrown instanceof Refused)) throw thrown
        place.replaceChildren(element('p', { class: 'quiet small' }, thrown.problem.detail))
      },
    )
  }
  box.addEventListener('toggle', load)
  return box
}

function partItem(part: WorkingPart): HTMLElement {
  const count =
    part.rows === null
      ? 'depends on the row around it'
      : `${part.rows.toLocaleString()} row${part.rows === 1 ? '' : 's'}`
  const head = element(
    'summary',
    {},
    element('span', { class: 'what' }, part.text),
    ' ',
    element('span', { class: 'count' }, count),
  )
  const rows = part.sample.length === 0 ? [] : [rowTable({ columns: part.columns, rows: part.sample })]
  const inner = element('details', {}, head, ...rows, element('pre', { tabindex: '0' }, part.sql))
  const item = element('li', { class: part.kind }, inner)
  item.style.marginInlineStart = `${part.depth * 1.25}rem`
  return item
}

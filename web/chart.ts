import { element } from './element.ts'

/** A box that draws the chart once it stands in the page, named by the chart's description; a chart that cannot be drawn says so. */
export function chartBox(spec: object): HTMLElement {
  const description = (spec as { description?: string }).description ?? 'Chart'
  const box = element('div', { class: 'chart', role: 'img', 'aria-label': description })
  const seen = new ResizeObserver(() => {
    if (box.clientWidth === 0) return
    seen.disconnect()
    import('./draw.ts')
      .then(({ draw }) => draw(box, spec))
      .catch((problem) => {
        console.warn(problem)
        box.replaceChildren(element('p', { class: 'quiet' }, 'The chart could not be drawn; its rows are below.'))
      })
  })
  seen.observe(box)
  return box
}

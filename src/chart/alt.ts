import { numberText } from '../wording.ts'
import type { Field } from './field.ts'
import { KIND_NAMES } from './notes.ts'
import type { Shape } from './shape.ts'
import type { Drawing, Page } from './spec.ts'

/** Alternative text: the kind, what is shown, how many marks, and the smallest and largest value with their labels. */
export function describeChart(drawing: Drawing, shape: Shape, page: Page): string {
  const { language } = page
  const kind = KIND_NAMES[drawing.kind]?.[language] ?? drawing.kind
  const [measure] = shape.measures
  const titles = shape.fields
    .filter((field) => field.role !== 'other')
    .slice(0, 4)
    .map((field) => field.title)
  const title = page.title.replace(/[?？.。]+$/u, '')
  if (drawing.kind === 'number')
    return [title, ...drawing.values.map(({ title: of, value }) => `${of}: ${value}`)].join('. ')
  const extremes = measure === undefined || shape.rows < 2 ? '' : extremesOf(measure, shape, language)
  if (language === 'zh') return `${kind}：${title}。${titles.join('、')}，共${shape.rows}行。${extremes}`
  const article = /^[aeiou]/.test(kind) ? 'An' : 'A'
  return `${article} ${kind}: ${title}. Shows ${titles.join(', ')} in ${shape.rows} rows. ${extremes}`.trim()
}

function extremesOf(measure: Field, shape: Shape, language: 'en' | 'zh'): string {
  const rows = measure.values.map((value, row) => ({ value, row })).filter(({ value }) => typeof value === 'number')
  if (rows.length === 0) return ''
  const sorted = rows.toSorted((a, b) => Number(a.value) - Number(b.value))
  const told = (one: { value: unknown; row: number } | undefined) => {
    const label = [...shape.labels, ...shape.times][0]
    const number = numberText(Number(one?.value ?? 0))
    const name = label === undefined ? '' : String(label.values[one?.row ?? 0] ?? '').replace('T00:00:00', '')
    return name === '' ? number : `${number} (${name})`
  }
  const [low, high] = [told(sorted[0]), told(sorted.at(-1))]
  return language === 'zh' ? `最小${low}，最大${high}。` : `From ${low} to ${high}.`
}

import type { Field } from '../field.ts'
import type { Shape } from '../shape.ts'
import type { Drawing, Json } from '../spec.ts'

/** The numbers of one row as large figures, each with its title below; the row's label stands above. */
export function drawFigure(shape: Shape): Drawing | undefined {
  const shown = shape.measures.slice(0, 4)
  if (shape.rows !== 1 || shown.length === 0) return undefined
  const [label] = [...shape.labels, ...shape.times]
  const about = label === undefined ? '' : `${labelText(label)} · `
  const values = shown.map((field) => ({
    title: about + field.title,
    value: numberText(field),
  }))
  const place: { [key: string]: Json } = { x: { field: 'title', type: 'nominal', axis: null, sort: null } }
  const size = shown.length === 1 ? 56 : 36
  return {
    kind: 'number',
    view: {
      layer: [
        {
          mark: { type: 'text', fontSize: size, dy: -12, color: '#0072b2' },
          encoding: { ...place, text: { field: 'value' } },
        },
        {
          mark: { type: 'text', fontSize: 13, dy: size / 2 + 12, limit: 900 / shown.length },
          encoding: { ...place, text: { field: 'title' } },
        },
      ],
      encoding: {
        tooltip: [
          { field: 'title', title: ' ' },
          { field: 'value', title: ' ' },
        ],
      },
    },
    values,
    height: 150,
    notes: [],
  }
}

function labelText(field: Field): string {
  const [value] = field.values
  return field.role === 'time' ? String(value ?? '').slice(0, field.grain === 'year' ? 4 : 10) : String(value ?? '')
}

/** The number as its d3 format would show it. */
function numberText(field: Field): string {
  const [value] = field.values
  if (typeof value !== 'number') return '—'
  const decimals = Number(/\.(\d)/.exec(field.format)?.[1] ?? 2)
  const percent = field.format.endsWith('%')
  const text = (percent ? value * 100 : value).toLocaleString('en-US', {
    minimumFractionDigits: 0,
    maximumFractionDigits: decimals,
  })
  return `${field.format.startsWith('$') ? '$' : ''}${text}${percent ? '%' : ''}`
}

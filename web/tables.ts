import { type Column, type DatasetCatalog, fetchJson, type Table } from './api.ts'
import { element } from './element.ts'

interface Bin {
  from: string
  to: string
  count: number
}

type Profile = Map<string, Bin[]>

/** The tables of a dataset with their columns; a table's histograms are fetched when it is opened. `pick` is told a column's name when it is pressed. */
export function tableList(dataset: string, catalog: DatasetCatalog, pick: (name: string) => void): HTMLElement {
  const tables = catalog.tables.map((table) => tableDetails(dataset, table, catalog, pick))
  if (tables.length === 1) tables[0]?.setAttribute('open', '')
  return element('div', { class: 'tables' }, ...tables)
}

function tableDetails(
  dataset: string,
  table: Table,
  catalog: DatasetCatalog,
  pick: (name: string) => void,
): HTMLElement {
  const rows = `${table.rows.toLocaleString()} row${table.rows === 1 ? '' : 's'}`
  const list = element('ul', { class: 'columns' })
  const fill = (profile: Profile) =>
    list.replaceChildren(...table.columns.map((column) => columnItem(column, table, profile.get(column.name), pick)))
  fill(new Map())
  let asked = false
  const opened = (event: Event) => {
    if (asked || !(event.currentTarget as HTMLDetailsElement).open) return
    asked = true
    void profileOf(dataset, table.name).then(fill, (problem) => console.warn(problem))
  }
  const about = table.description ? [element('p', { class: 'quiet small' }, table.description)] : []
  return element(
    'details',
    { class: 'table-details', toggle: opened },
    element('summary', {}, table.name, element('span', { class: 'quiet small' }, rows)),
    ...about,
    list,
    ...joinNotes(table, catalog),
  )
}

function joinNotes(table: Table, { joins }: DatasetCatalog): HTMLElement[] {
  const others = new Set(
    joins.flatMap(({ from, to }) =>
      from.table === table.name ? [to.table] : to.table === table.name ? [from.table] : [],
    ),
  )
  others.delete(table.name)
  return others.size === 0 ? [] : [element('p', { class: 'quiet small' }, `Joins ${[...others].join(', ')}`)]
}

async function profileOf(dataset: string, table: string): Promise<Profile> {
  const path = `/v1/datasets/${encodeURIComponent(dataset)}/tables/${encodeURIComponent(table)}/profile`
  const { columns } = await fetchJson<{ columns: { name: string; bins: Bin[] }[] }>(path)
  return new Map(columns.map(({ name, bins }) => [name, bins]))
}

function columnItem(column: Column, table: Table, bins: Bin[] | undefined, pick: (name: string) => void): HTMLElement {
  const key = table.primaryKey.includes(column.name) ? ', key' : ''
  const label = `Put ${column.name} into the question`
  return element(
    'li',
    {},
    element(
      'button',
      { type: 'button', class: 'column', title: label, 'aria-label': label, click: () => pick(column.name) },
      column.name,
    ),
    element('span', { class: 'kind' }, `${KINDS[column.kind] ?? column.kind}${key}`),
    bins ? histogram(column, bins) : shares(column, table),
    element('span', { class: 'range' }, rangeOf(column)),
  )
}

const KINDS: Record<string, string> = { text: 'text', number: 'number', date: 'date', bool: 'yes/no', other: 'other' }

/** One shape for all bars: a picture of a word's size needs no element per bar. */
function histogram(column: Column, bins: Bin[]): Element {
  const most = Math.max(...bins.map(({ count }) => count), 1)
  const bars = bins.map(({ count }, i) => {
    const height = count === 0 ? 0 : Math.max((count / most) * 20, 1)
    return `M${i * 6} 20v-${height.toFixed(1)}h5v${height.toFixed(1)}z`
  })
  return picture(bars.join(''), `Histogram of ${column.name}, ${column.min ?? ''} to ${column.max ?? ''}`)
}

/** The most frequent values as bars that lie above each other; nothing for columns whose values hardly repeat. */
function shares(column: Column, table: Table): Element {
  const top = column.frequent.slice(0, 4)
  const [first] = top
  if (first === undefined || first.count < 2 || column.distinct >= table.rows * 0.9) return element('span')
  const bars = top.map(({ count }, i) => `M0 ${i * 5}h${Math.max((count / first.count) * 71, 1).toFixed(1)}v4H0z`)
  const words = top.map(({ value, count }) => `${value} ${count}`).join(', ')
  return picture(bars.join(''), `Most frequent in ${column.name}: ${words}`)
}

const SVG = 'http://www.w3.org/2000/svg'

function picture(path: string, name: string): Element {
  const svg = document.createElementNS(SVG, 'svg')
  for (const [key, value] of Object.entries({
    viewBox: '0 0 71 20',
    class: 'spark',
    role: 'img',
    'aria-label': name,
  })) {
    svg.setAttribute(key, value)
  }
  const title = document.createElementNS(SVG, 'title')
  title.textContent = name
  const shape = document.createElementNS(SVG, 'path')
  shape.setAttribute('d', path)
  svg.append(title, shape)
  return svg
}

function rangeOf(column: Column): string {
  const empty = column.nullShare >= 0.005 ? `, ${Math.round(column.nullShare * 100)} % empty` : ''
  if ((column.kind === 'number' || column.kind === 'date') && column.min !== undefined && column.max !== undefined) {
    return `${short(column.min)} – ${short(column.max)}${empty}`
  }
  return `${column.distinct.toLocaleString()} value${column.distinct === 1 ? '' : 's'}${empty}`
}

/** A date without its time, a number of at most six digits. */
function short(text: string): string {
  const number = Number(text)
  if (text !== '' && Number.isFinite(number))
    return number.toLocaleString(undefined, { maximumSignificantDigits: 6, useGrouping: 'min2' })
  return text.slice(0, 10)
}

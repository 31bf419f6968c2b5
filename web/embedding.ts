import { copy } from './answer.ts'
import { type Answer, send } from './api.ts'
import { openDialog } from './dialog.ts'
import { element } from './element.ts'

interface Links {
  url: string
  csv_url: string | null
  iframe: string
  panel: string
  expires_at: string
}

const REFRESHES = { 'every minute': 60, 'every 10 minutes': 600, 'every hour': 3600, never: 0 }
const LIVES = { '30 days': 30, '90 days': 90, 'a year': 366 }

/** Asks what to show and how long, and gives the snippets to paste. */
export function embedDialog(answer: Answer): void {
  const what = choice({
    'This question, its answer always of today': 'question',
    'This very SQL, over the data of today': 'answer',
    'A box for any question of this dataset': 'box',
  })
  const refresh = choice(REFRESHES)
  const life = choice(LIVES)
  const place = element('div', { class: 'snippets', role: 'status' })
  const make = async () => {
    const pinned =
      what.value === 'box' ? {} : what.value === 'answer' ? { answer: answer.id } : { question: answer.question }
    const seconds = Number(refresh.value)
    const body = {
      dataset: answer.dataset,
      ...pinned,
      ...(seconds > 0 ? { refresh_s: seconds } : {}),
      expires_in_s: Number(life.value) * 86_400,
    }
    place.replaceChildren(...snippets(await send<Links>('POST', '/v1/embeds', body)))
    return 'stay' as const
  }
  openDialog(
    'Show it elsewhere',
    [field('What', what), field('Refreshed', refresh), field('The link lasts', life), place],
    {
      label: 'Make the link',
      act: make,
    },
  )
}

function choice(options: Record<string, string | number>): HTMLSelectElement {
  const each = Object.entries(options).map(([label, value]) => element('option', { value: String(value) }, label))
  return element('select', {}, ...each)
}

function field(label: string, input: HTMLElement): HTMLElement {
  return element('label', { class: 'field' }, element('span', {}, label), input)
}

function snippets(links: Links): HTMLElement[] {
  const all: [string, string | null][] = [
    ['As a frame', links.iframe],
    ['As a panel (web component)', links.panel],
    ['As CSV, for a spreadsheet or BI tool', links.csv_url],
  ]
  const boxes = all.flatMap(([label, text]) => (text === null ? [] : [snippet(label, text)]))
  const until = new Date(links.expires_at).toLocaleDateString(undefined, { dateStyle: 'long' })
  return [...boxes, element('p', { class: 'quiet small' }, `Whoever has a link may look until ${until}.`)]
}

function snippet(label: string, text: string): HTMLElement {
  const area = element('textarea', { readonly: true, rows: '2', class: 'code', 'aria-label': label }, text)
  const button = element('button', { type: 'button', class: 'plain small', click: () => copy(text, button) }, 'Copy')
  return element(
    'div',
    { class: 'snippet' },
    element('div', { class: 'bar' }, element('span', {}, label), button),
    area,
  )
}

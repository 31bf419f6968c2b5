import type { Answer, Chip, Edit, Reading } from './api.ts'
import { element } from './element.ts'
import { openMenu } from './menu.ts'

/** What can be done to an answer as it was read: its plan edited, or something said of it in words. */
export interface Editing {
  edit(answer: Answer, edits: Edit[], focus: string): void
  follow(answer: Answer, words: string): void
}

const SLOTS: Record<Chip['slot'], string> = {
  measure: 'Show',
  by: 'By',
  filter: 'Only',
  period: 'When',
  sort: 'Sorted',
  limit: 'Rows',
  chart: 'Chart',
}

/** How the question was read: a chip for each part, to be changed from a menu or taken away, and a line to say what to change. */
export function readingBox(answer: Answer, reading: Reading, editing: Editing): HTMLElement {
  const parts = reading.chips.map((chip) => part(chip, answer, editing))
  const add = element(
    'button',
    { type: 'button', class: 'add', id: 'part-add', 'aria-haspopup': 'listbox', 'aria-expanded': 'false' },
    '+ Add',
  )
  add.addEventListener('click', () =>
    openMenu(add, { label: 'Add to the question', choices: reading.add }, (edit) =>
      editing.edit(answer, [edit], 'part-add'),
    ),
  )
  const added = reading.add.length > 0 ? [element('li', { class: 'part' }, add)] : []
  return element(
    'section',
    { class: 'reading', 'aria-label': 'How the question was read' },
    element('ul', {}, ...parts, ...added),
    followLine(answer, editing),
  )
}

function part(chip: Chip, answer: Answer, editing: Editing): HTMLElement {
  const label = SLOTS[chip.slot]
  const words = [element('span', { class: 'slot' }, label), ' ', chip.text]
  const item = element('li', { class: 'part' })
  const id = `part-${chip.id}`
  if (chip.choices.length === 0) item.append(element('span', { class: 'fixed', id, tabindex: '-1' }, ...words))
  else {
    const change = element(
      'button',
      { type: 'button', id, class: 'value', 'aria-haspopup': 'listbox', 'aria-expanded': 'false' },
      ...words,
    )
    const typed = typedEdit(chip)
    const offer = {
      label: `Change ${label.toLowerCase()}: ${chip.text}`,
      choices: chip.choices,
      ...(typed ? { typed } : {}),
    }
    change.addEventListener('click', () => openMenu(change, offer, (edit) => editing.edit(answer, [edit], id)))
    item.append(change)
  }
  const { remove } = chip
  if (remove !== undefined) {
    const name = `Remove ${label.toLowerCase()}: ${chip.text}`
    const press = () => editing.edit(answer, [remove], 'part-add')
    item.append(
      element('button', { type: 'button', class: 'remove', 'aria-label': name, title: name, click: press }, '×'),
    )
  }
  return item
}

/** What words typed into a chip's menu mean: another value, period or number of rows. */
function typedEdit(chip: Chip): ((text: string) => Edit | undefined) | undefined {
  const model = chip.choices[0]?.edit
  if (model === undefined) return undefined
  if (chip.slot === 'period') return (period) => ({ ...model, period })
  if (chip.slot === 'limit')
    return (text) => (/^[1-9]\d{0,5}$/.test(text) ? { ...model, limit: Number(text) } : undefined)
  const valued = chip.choices.find(({ edit }) => edit.values !== undefined)?.edit
  return chip.slot === 'filter' && valued !== undefined ? (text) => ({ ...valued, values: [text] }) : undefined
}

function followLine(answer: Answer, editing: Editing): HTMLElement {
  const words = element('input', {
    type: 'text',
    name: 'follow',
    maxlength: '2000',
    required: true,
    autocomplete: 'off',
    enterkeyhint: 'go',
    'aria-label': 'Say what to change, or ask on',
    placeholder: 'Say what to change: “only Germany”, “by month instead”, “top 5”, “as a line”',
  })
  const form = element('form', { class: 'follow' }, words, element('button', { type: 'submit' }, 'Change'))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    editing.follow(answer, words.value)
  })
  return element('div', {}, form, element('div', { class: 'follow-note', role: 'status', id: 'follow-note' }))
}

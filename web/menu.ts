import type { Choice, Edit } from './api.ts'
import { element } from './element.ts'

/** What a menu offers: choices under headings, and what words typed into it mean when they are no choice. */
export interface Offer {
  label: string
  choices: Choice[]
  typed?: (text: string) => Edit | undefined
}

let closeOpen: (() => void) | undefined

/**
 * Opens a menu below a button: a field that narrows the choices down and a list beneath, worked by arrows, Enter and
 * Escape as any combo box. `choose` hears what was taken; the button gets the focus back otherwise.
 */
export function openMenu(button: HTMLElement, offer: Offer, choose: (edit: Edit) => void): void {
  const wasOpen = button.getAttribute('aria-expanded') === 'true'
  closeOpen?.()
  if (wasOpen) return
  const list = element('div', { role: 'listbox', id: 'menu-list', class: 'options', 'aria-label': offer.label })
  const field = element('input', {
    type: 'text',
    role: 'combobox',
    'aria-controls': 'menu-list',
    'aria-expanded': 'true',
    'aria-autocomplete': 'list',
    'aria-label': offer.label,
    placeholder: offer.typed ? 'Choose or type' : 'Choose',
    autocomplete: 'off',
  })
  const menu = element('div', { class: 'chooser' }, field, list)
  const close = (back = true) => {
    menu.remove()
    button.setAttribute('aria-expanded', 'false')
    document.removeEventListener('pointerdown', outside)
    closeOpen = undefined
    if (back) button.focus()
  }
  const outside = (event: Event) => {
    if (event.target instanceof Node && !menu.contains(event.target) && !button.contains(event.target)) close(false)
  }
  const take = (edit: Edit) => {
    close()
    choose(edit)
  }
  field.addEventListener('input', () => fill(list, field, offer, take))
  field.addEventListener('keydown', (event) => press(event, list, field, close))
  // Pressing an option would move the focus to what is behind it, and that closes the menu.
  list.addEventListener('mousedown', (event) => event.preventDefault())
  menu.addEventListener('focusout', (event) => {
    if (event.relatedTarget instanceof Node && !menu.contains(event.relatedTarget)) close(false)
  })
  closeOpen = () => close(false)
  document.addEventListener('pointerdown', outside)
  button.setAttribute('aria-expanded', 'true')
  button.after(menu)
  place(menu)
  fill(list, field, offer, take)
  field.focus({ preventScroll: true })
}

/** No part of a menu lies outside the window. */
function place(menu: HTMLElement): void {
  const { left, right } = menu.getBoundingClientRect()
  const over = right - document.documentElement.clientWidth + 8
  if (over > 0) menu.style.translate = `${-Math.min(over, left - 8)}px`
}

function fill(list: HTMLElement, field: HTMLInputElement, offer: Offer, take: (edit: Edit) => void): void {
  const wanted = field.value.trim().toLowerCase()
  const fits = offer.choices.filter(({ text, group }) => `${group} ${text}`.toLowerCase().includes(wanted))
  const own = wanted === '' ? undefined : offer.typed?.(field.value.trim())
  const groups = new Map<string, Choice[]>()
  for (const choice of fits) groups.set(choice.group, [...(groups.get(choice.group) ?? []), choice])
  if (own && !fits.some(({ text }) => text.toLowerCase() === wanted))
    groups.set('', [{ text: `Use “${field.value.trim()}”`, group: '', edit: own }])
  let count = 0
  const option = ({ text, edit }: Choice) => {
    count += 1
    return element(
      'div',
      { role: 'option', id: `menu-option-${count}`, 'aria-selected': 'false', click: () => take(edit) },
      text,
    )
  }
  const parts = [...groups].map(([group, choices]) => {
    const name = group === '' ? [] : [element('div', { class: 'group', 'aria-hidden': 'true' }, group)]
    return element('div', { role: 'group', 'aria-label': group || 'Typed' }, ...name, ...choices.map(option))
  })
  list.replaceChildren(...(parts.length > 0 ? parts : [element('p', { class: 'quiet small' }, 'Nothing fits.')]))
  mark(list, field, 0)
}

function mark(list: HTMLElement, field: HTMLElement, wanted: number): void {
  const options = [...list.querySelectorAll<HTMLElement>('[role=option]')]
  const at = Math.min(Math.max(wanted, 0), options.length - 1)
  for (const [i, option] of options.entries()) option.setAttribute('aria-selected', String(i === at))
  const marked = options[at]
  if (marked === undefined) {
    field.removeAttribute('aria-activedescendant')
    return
  }
  field.setAttribute('aria-activedescendant', marked.id)
  const below = marked.offsetTop + marked.offsetHeight - list.offsetTop - list.clientHeight
  list.scrollTop = Math.max(Math.min(list.scrollTop, marked.offsetTop - list.offsetTop), below)
}

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }

function press(event: KeyboardEvent, list: HTMLElement, field: HTMLElement, close: () => void): void {
  const options = [...list.querySelectorAll<HTMLElement>('[role=option]')]
  const at = options.findIndex((option) => option.getAttribute('aria-selected') === 'true')
  const step = STEPS[event.key]
  if (step !== undefined) mark(list, field, at + step)
  else if (event.key === 'Enter') options[at]?.click()
  else if (event.key === 'Escape') close()
  else return
  event.preventDefault()
  event.stopPropagation()
}

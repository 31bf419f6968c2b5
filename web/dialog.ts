import { Refused } from './api.ts'
import { element } from './element.ts'

/** Opens a dialog with a form; `act` is done when it is sent and closes it unless it says `stay`; a refusal is shown in it, Escape closes it. Without `act` there is only a way out. */
export function openDialog(
  title: string,
  parts: HTMLElement[],
  end?: { label: string; act(): Promise<undefined | 'stay'> },
): HTMLDialogElement {
  const said = element('p', { class: 'refused', role: 'alert' })
  const close = element(
    'button',
    { type: 'button', class: 'plain', click: () => dialog.close() },
    end ? 'Cancel' : 'Close',
  )
  const send = end === undefined ? [] : [element('button', { type: 'submit', class: 'primary' }, end.label)]
  const submit = (event: Event) => {
    event.preventDefault()
    said.textContent = ''
    end?.act().then(
      (then) => then === 'stay' || dialog.close(),
      (thrown: unknown) => {
        if (!(thrown instanceof Refused)) throw thrown
        said.textContent = `${thrown.problem.detail} ${thrown.problem.hint}`
      },
    )
  }
  const form = element(
    'form',
    { method: 'dialog', submit },
    ...parts,
    said,
    element('div', { class: 'bar end' }, close, ...send),
  )
  const dialog = element(
    'dialog',
    { 'aria-labelledby': 'dialog-title' },
    element('h2', { id: 'dialog-title' }, title),
    form,
  )
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
  return dialog
}

/** Makes a tab list work by keyboard as by mouse (ARIA authoring practices, "tabs"): arrows move and choose, only the chosen tab is in the tab order. */
export function wireTabs(list: HTMLElement, chosen: (panel: string) => void): (panel: string) => void {
  const tabs = [...list.querySelectorAll<HTMLElement>('[role=tab]')]
  const panelOf = (tab: HTMLElement) => tab.getAttribute('aria-controls') ?? ''
  const choose = (tab: HTMLElement) => {
    for (const one of tabs) {
      one.setAttribute('aria-selected', String(one === tab))
      one.tabIndex = one === tab ? 0 : -1
      const panel = document.getElementById(panelOf(one))
      if (panel) panel.hidden = one !== tab
    }
    chosen(panelOf(tab))
  }
  for (const tab of tabs) tab.addEventListener('click', () => choose(tab))
  list.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    const at = tabs.indexOf(document.activeElement as HTMLElement)
    const next = tabs[(at + step + tabs.length) % tabs.length]
    next?.focus()
    if (next) choose(next)
  })
  return (panel) => {
    const tab = tabs.find((one) => panelOf(one) === panel)
    if (tab) choose(tab)
  }
}

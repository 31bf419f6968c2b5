/**
 * `<asklake-panel src="https://…/embed?token=…" label="…">`: a signed link's frame that is as tall as what it shows. Tells the page
 * around `asklake-answer` and `asklake-problem`. A frame keeps the page's styles and scripts apart from the panel's, both ways.
 */
class AsklakePanel extends HTMLElement {
  static observedAttributes = ['src', 'label']
  readonly #frame = document.createElement('iframe')
  readonly #hear = (event: MessageEvent) => this.#heard(event)

  connectedCallback(): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' })
    const frame = this.#frame
    frame.loading = 'lazy'
    frame.style.cssText = 'display:block;width:100%;height:20rem;border:0;color-scheme:normal'
    this.style.display ||= 'block'
    this.attributeChangedCallback()
    root.replaceChildren(frame)
    addEventListener('message', this.#hear)
  }

  disconnectedCallback(): void {
    removeEventListener('message', this.#hear)
  }

  attributeChangedCallback(): void {
    const src = this.getAttribute('src') ?? ''
    this.#frame.title = this.getAttribute('label') ?? 'asklake'
    if (/^(https?:\/\/|\/)/.test(src) && this.#frame.getAttribute('src') !== src) this.#frame.src = src
  }

  #heard(event: MessageEvent): void {
    if (event.source !== this.#frame.contentWindow) return
    const { type, detail } = (event.data ?? {}) as { type?: string; detail?: { height?: number } }
    if (type === 'asklake-height' && Number.isFinite(detail?.height)) {
      this.#frame.style.height = `${Math.min(Math.max(Number(detail?.height), 40), 4000)}px`
    } else if (type === 'asklake-answer' || type === 'asklake-problem') {
      this.dispatchEvent(new CustomEvent(type, { detail: detail ?? null, bubbles: true }))
    }
  }
}

if (!customElements.get('asklake-panel')) customElements.define('asklake-panel', AsklakePanel)

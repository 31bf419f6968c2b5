import { type Answer, fetchBlob, givenKey } from './api.ts'
import { element } from './element.ts'

const FILES = ['csv', 'parquet', 'arrow', 'json'] as const
const PICTURES = ['png', 'svg', 'vega-lite'] as const

/** A menu of an answer's formats. Where a key is needed the file is fetched with it; a plain link could not carry it. */
export function downloads(answer: Answer): HTMLElement {
  const formats = answer.chart === null ? [...FILES] : [...FILES, ...PICTURES]
  const links = formats.map((format) => {
    const path = `/v1/answers/${answer.id}?format=${format}`
    const name = `answer.${format === 'vega-lite' ? 'vl.json' : format}`
    const click = (event: Event) => {
      if (givenKey() === null) return
      event.preventDefault()
      void fetchBlob(path).then((blob) => save(blob, name))
    }
    return element('a', { href: path, download: name, click }, format.toUpperCase())
  })
  return element(
    'details',
    { class: 'menu' },
    element('summary', {}, 'Download'),
    element('div', { class: 'menu-list' }, ...links),
  )
}

function save(blob: Blob, name: string): void {
  const link = element('a', { href: URL.createObjectURL(blob), download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

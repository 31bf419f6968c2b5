import type { Field } from './field.ts'

/** Which fields the question puts where: "coloured by origin", "one panel per region", "sized by population". */
export interface Layout {
  facet?: Field
  color?: Field
  size?: Field
}

const EACH =
  '(?:(?:,? ?one )?(?:by|per|for|for each|for every|each|across|on|over|using|according to|based on|showing|as|is|to show) )*'

/** Words that tell where the next named field goes, first that is found wins for its place. */
const PLACES: { place: keyof Layout; words: RegExp }[] = [
  {
    place: 'facet',
    words: new RegExp(
      `(?:facet+(?:ed|s)?|trellis(?:ed)?|small multiples?|panell?(?:ed|s)?|sub-?plots?|(?:separate|individual|different|its own|their own|one) (?:\\w+ )?(?:chart|plot|panel|graph|histogram|facet)s?)(?:,? (?:${EACH})|,? *$)`,
      'i',
    ),
  },
  {
    place: 'facet',
    words:
      /(?:(?<!box(?:es)?[- ]?)\b(?:chart|plot|panel|graph|scatter ?plot|histogram)s? (?:per|for each|for every) )|按.{1,8}分面/i,
  },
  {
    place: 'color',
    words: new RegExp(
      `(?:colou?r(?:ed|s|ing)?(?:[- ]?cod(?:ed|ing))?|shaded|hue)(?: (?:the )?(?:points?|dots?|bars?|lines?|marks?))?,? ${EACH}`,
      'i',
    ),
  },
  {
    place: 'color',
    words:
      /(?:stacked|stack|clustered|group(?:ed|ing)?|split|broken down|separated|divided) by |(?:a|one|separate|different) lines? (?:per|for(?: each| every)?|by) /i,
  },
  {
    place: 'size',
    words: new RegExp(
      `(?:sized?|bubble size|size of (?:the )?(?:points?|bubbles?))(?: (?:of )?(?:the )?(?:points?|dots?|bubbles?))?,? ${EACH}`,
      'i',
    ),
  },
]

/** Words after a phrase among which its field is sought. */
const WITHIN = 5

/** The places a question gives to fields of its result. A panel without a named field goes to the label that is named last. */
export function layoutOf(question: string, fields: Field[]): Layout {
  const layout: Layout = {}
  for (const { place, words } of PLACES) {
    const match = layout[place] === undefined ? words.exec(question) : null
    if (match === null) continue
    const after = question
      .slice(match.index + match[0].length)
      .split(/[\s,;]+/)
      .slice(0, WITHIN)
      .join(' ')
    const named = place === 'facet' ? fields.filter(isLabel) : fields
    const field = firstNamed(after, named) ?? (place === 'facet' ? lastNamed(question, fields) : undefined)
    if (field !== undefined && !Object.values(layout).includes(field)) layout[place] = field
  }
  const behind = /(\w+) (?:as|in|by|for) colou?rs?\b/i.exec(question)?.[1]
  const named = behind === undefined ? undefined : firstNamed(behind, fields)
  return layout.color === undefined && named !== undefined ? { ...layout, color: named } : layout
}

function isLabel({ role }: Field): boolean {
  return role === 'category' || role === 'ordered' || role === 'name' || role === 'time'
}

function firstNamed(text: string, fields: Field[]): Field | undefined {
  const places = fields.map((field) => ({ field, at: positionOf(text, field) })).filter(({ at }) => at >= 0)
  return places.toSorted((a, b) => a.at - b.at)[0]?.field
}

function lastNamed(text: string, fields: Field[]): Field | undefined {
  const labels = fields.filter((field) => isLabel(field) && field.role !== 'time')
  const places = labels.map((field) => ({ field, at: positionOf(text, field) }))
  return places.toSorted((a, b) => b.at - a.at)[0]?.field
}

/** Position of the first word of the text that is one of the field's own; -1 when there is none. */
function positionOf(text: string, { title, name = '' }: Field): number {
  const own = new Set(rootsOf(`${title} ${name}`))
  return rootsOf(text).findIndex((root) => own.has(root))
}

const EMPTY = new Set(
  'a an the of in on for to by and or with each every its their number count total average'.split(' '),
)

/** Words without their plural ending; an identifier is cut at its signs. */
function rootsOf(text: string): string[] {
  const words =
    text
      .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  return words
    .map((word) => (EMPTY.has(word) ? '' : word.replace(/ies$/, 'y').replace(/(?<=[^s])s$/, '')))
    .map((word) => word || '\u0000')
}

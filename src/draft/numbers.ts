const UNITS: Record<string, number> = {
  zero: 0, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, eleven: 11,
  twelve: 12, thirteen: 13, fourteen: 14, fifteen: 15, sixteen: 16, seventeen: 17, eighteen: 18, nineteen: 19,
  twenty: 20, thirty: 30, forty: 40, fifty: 50, sixty: 60, seventy: 70, eighty: 80, ninety: 90,
  a: 1, an: 1, once: 1, twice: 2, thrice: 3, single: 1, couple: 2, pair: 2, first: 1, second: 2, third: 3, fourth: 4,
  fifth: 5, sixth: 6, seventh: 7, eighth: 8, ninth: 9, tenth: 10,
} // biome-ignore format: a table

const SCALES: Record<string, number> = {
  k: 1e3, m: 1e6, mn: 1e6, mm: 1e6, b: 1e9, bn: 1e9, tn: 1e12,
  dozen: 12, hundred: 100, thousand: 1e3, million: 1e6, billion: 1e9, trillion: 1e12,
  万: 1e4, 亿: 1e8, 千: 1e3, 百: 100,
} // biome-ignore format: a table

/** Signs and words beside a number that do not change it. */
const IGNORED = new Set([
  '$',
  '€',
  '£',
  '¥',
  '#',
  '%',
  'percent',
  'and',
  '-',
  'of',
  'times',
  'top',
  'dollars',
  'usd',
  'eur',
  'euros',
  '+',
])

const PIECE = /\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+|\p{Script=Han}|[\p{L}']+|\S/gu

/** The number a few words spell, or null: "1,200", "2.5k", "two million", "-3", "15 %", "twenty-five", "a dozen", "3rd". */
export function parseNumber(text: string): number | null {
  const pieces = text.trim().toLowerCase().match(PIECE) ?? []
  if (pieces.length === 1 && /^an?$/.test(pieces[0] ?? '')) return null
  const negative = pieces[0] === '-' || pieces[0] === '−' || pieces[0] === 'minus' || pieces[0] === 'negative'
  const value = sumOf(negative ? pieces.slice(1) : pieces)
  return value !== null && negative ? -value : value
}

/** Adds up units and multiplies by scales; `open` is the part a following scale multiplies ("two hundred | five thousand"). */
function sumOf(pieces: string[]): number | null {
  let total = 0
  let open: number | null = null
  let digits = false
  for (const piece of pieces) {
    const unit = UNITS[piece]
    const scale = SCALES[piece]
    if (/^[\d.]/.test(piece)) {
      if (digits) return null
      digits = true
      open = (open ?? 0) + Number(piece.replaceAll(',', ''))
    } else if (scale !== undefined && (open !== null || piece.length > 2 || !/[a-z]/.test(piece))) {
      const scaled: number = (open ?? 1) * scale
      if (scale >= 1e3) total += scaled
      open = scale >= 1e3 ? 0 : scaled
    } else if (unit !== undefined) {
      if (digits) return null
      open = (open ?? 0) + unit
    } else if (!IGNORED.has(piece) && !(digits && /^(st|nd|rd|th)$/.test(piece))) return null
  }
  return open === null ? null : roundOff(total + open)
}

/** 0.1 + 0.2 style noise must not reach the SQL. */
function roundOff(value: number): number {
  return Number(value.toPrecision(15))
}

/** Whether the words say a share of a hundred: "15 %", "15 percent". */
export function isPercent(text: string): boolean {
  return /%|\bpercent\b|\bper cent\b/i.test(text)
}

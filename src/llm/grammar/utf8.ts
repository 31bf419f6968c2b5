/** Byte ranges, one for each byte of a character. */
export type ByteRanges = [number, number][]

const LAST = 0x10ffff
const SURROGATES: [number, number] = [0xd800, 0xdfff]
/** First and last code point of each length in UTF-8. */
const LENGTHS: [number, number][] = [
  [0, 0x7f],
  [0x80, 0x7ff],
  [0x800, 0xffff],
  [0x10000, LAST],
]

/** Ranges of code points, in order, that a class means: negated ones turned, surrogates left out. */
export function codePointRanges(ranges: readonly [number, number][], negated: boolean): [number, number][] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0])
  const wanted: [number, number][] = negated ? between(sorted) : sorted
  return wanted.flatMap(([first, last]): [number, number][] => {
    const before: [number, number] = [first, Math.min(last, SURROGATES[0] - 1)]
    const after: [number, number] = [Math.max(first, SURROGATES[1] + 1), last]
    return [before, after].filter(([low, high]) => low <= high)
  })
}

function between(sorted: [number, number][]): [number, number][] {
  const gaps: [number, number][] = []
  let next = 0
  for (const [first, last] of sorted) {
    if (first > next) gaps.push([next, first - 1])
    next = Math.max(next, last + 1)
  }
  if (next <= LAST) gaps.push([next, LAST])
  return gaps
}

/** The UTF-8 of a range of code points as sequences of byte ranges, as in https://github.com/BurntSushi/utf8-ranges. */
export function utf8Ranges(first: number, last: number): ByteRanges[] {
  return LENGTHS.flatMap(([low, high], length) => {
    const from = Math.max(first, low)
    const to = Math.min(last, high)
    return from > to ? [] : sameLength(from, to, length)
  })
}

/** `rest` is how many continuation bytes follow the first. */
function sameLength(first: number, last: number, rest: number): ByteRanges[] {
  for (let bytes = rest; bytes > 0; bytes--) {
    const unit = 1 << (6 * bytes)
    if (Math.floor(first / unit) === Math.floor(last / unit)) continue
    if (first % unit !== 0) {
      const end = first - (first % unit) + unit - 1
      return [...sameLength(first, end, rest), ...sameLength(end + 1, last, rest)]
    }
    if (last % unit !== unit - 1) {
      const start = last - (last % unit)
      return [...sameLength(first, start - 1, rest), ...sameLength(start, last, rest)]
    }
  }
  const low = Buffer.from(String.fromCodePoint(first))
  const high = Buffer.from(String.fromCodePoint(last))
  return [[...low].map((byte, at) => [byte, high[at] as number])]
}

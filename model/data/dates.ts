/** Finds the words of a question that say a date, whatever their order. */
import type { Word } from '../../src/link.ts'

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** A date found in a text; parts that are not said are absent. */
interface DateParts {
  year?: number
  month?: number
  day?: number
}

/** Spans that say the same day (or month, or year) as the ISO date or datetime `text`; empty when it is none. */
export function dateSpans(text: string, words: Word[]): [number, number][] {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]0?0:00(?::00(?:\.0+)?)?)?$/.exec(text.trim())
  if (iso === null) return []
  const sought = { year: Number(iso[1]), month: Number(iso[2]), day: Number(iso[3]) }
  const spans: [number, number][] = []
  for (let first = 0; first < words.length; first++) {
    for (let last = Math.min(first + 6, words.length - 1); last >= first; last--) {
      const said = datePartsOf(words.slice(first, last + 1).map(({ lower }) => lower))
      if (said === null || said.day === undefined) continue
      if (said.year === sought.year && said.month === sought.month && said.day === sought.day) spans.push([first, last])
    }
  }
  return spans
}

/** The date that these words and nothing else say: "July 5th , 2009", "2009 - 07 - 05", "07/05/2009". */
export function datePartsOf(words: string[]): DateParts | null {
  const parts = words.filter((word) => !/^(?:,|of|the|st|nd|rd|th)$/.test(word))
  if (words[0] !== parts[0] || /^(?:,|of|the)$/.test(words[words.length - 1] ?? '')) return null
  const joined = parts.join(' ')
  const numeric = /^(\d{4}) ([-/.]) (\d{1,2}) \2 (\d{1,2})$/.exec(joined)
  if (numeric) return { year: Number(numeric[1]), month: Number(numeric[3]), day: Number(numeric[4]) }
  const american = /^(\d{1,2}) ([-/]) (\d{1,2}) \2 (\d{4})$/.exec(joined)
  if (american) return { year: Number(american[4]), month: Number(american[1]), day: Number(american[3]) }
  const monthFirst = /^(\p{L}+) (?:\. )?(\d{1,2})(?: (\d{4}))?$/u.exec(joined)
  if (monthFirst) return named(monthFirst[1], monthFirst[2], monthFirst[3])
  const dayFirst = /^(\d{1,2}) (\p{L}+)(?: (\d{4}))?$/u.exec(joined)
  return dayFirst ? named(dayFirst[2], dayFirst[1], dayFirst[3]) : null
}

function named(month: string | undefined, day: string | undefined, year: string | undefined): DateParts | null {
  const number = MONTHS.indexOf((month ?? '').slice(0, 3)) + 1
  if (number === 0) return null
  return { month: number, day: Number(day), ...(year === undefined ? {} : { year: Number(year) }) }
}

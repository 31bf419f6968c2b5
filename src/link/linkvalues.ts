import type { ValueMatch, Word } from '../link.ts'
import { type Board, isNamed, relate } from './board.ts'
import { COMPARATIVES, NUMBER_WORDS } from './irregular.ts'
import { RELATIONS } from './relations.ts'
import { type Gram, gramsOf, type Reading } from './spans.ts'
import { EVERYDAY_STEMS } from './stopwords.ts'
import { MOST_COLUMNS, MOST_VALUES, type Part, type ValueIndex } from './valueindex.ts'
import { valueSynonymsOf } from './valuesynonyms.ts'
import { stem } from './words.ts'

/** What the value steps share: the question, the look-up tables, and what they find. */
export interface ValueSearch {
  question: string
  words: Word[]
  reading: Reading
  index: ValueIndex
  board: Board
  found: ValueMatch[]
}

const LONGEST_GRAM = 6

/** Notes whole values (as typed, in other case, other forms, written together, by another name or by initials) and then parts of values. */
export function linkValues(search: ValueSearch): void {
  const grams = gramsOf(search.reading, LONGEST_GRAM, false)
  for (const gram of grams) {
    noteWhole(search, gram)
    if (gram.last === gram.first + 1) noteJoined(search, gram)
    noteSynonyms(search, gram)
    if (gram.first === gram.last) {
      noteInitials(search, gram)
      noteSaidNumber(search, gram)
    }
  }
  noteParts(search)
}

/** The question's own letters from the first to the last solid word. */
function textOf({ question, words, reading }: ValueSearch, gram: Gram): string {
  const start = (words[reading.at[gram.first] as number] as Word).start
  return question.slice(start, (words[reading.at[gram.last] as number] as Word).end)
}

interface Finding {
  how: ValueMatch['how']
  score: number
  relation: number
}

/** Notes that the words of a gram may mean a value. */
export function noteValue(
  search: ValueSearch,
  gram: { first: number; last: number },
  id: number,
  finding: Finding,
): void {
  const first = search.reading.at[gram.first] as number
  const last = search.reading.at[gram.last] as number
  const item = search.index.items[id] as number
  relate(search.board, [first, last], item, finding.relation)
  search.found.push({
    first,
    last,
    item,
    value: search.index.values[id] as string,
    how: finding.how,
    score: finding.score,
  })
}

function noteWhole(search: ValueSearch, gram: Gram): void {
  const ids = search.index.exact.get(gram.key)
  if (ids === undefined) return
  const text = textOf(search, gram)
  const lower = text.toLowerCase()
  for (const id of ids) {
    const value = search.index.values[id] as string
    if (value !== text && isCode(value) && value === value.toUpperCase() && !saysCode(lower, value, gram.key)) continue
    const how = value === text ? 'exact' : value.toLowerCase().trim() === lower ? 'case' : 'stem'
    if (how === 'stem' && text === lower && isOneOfMany(search.index, id)) continue
    const score = how === 'exact' ? 1 : how === 'case' ? 0.97 : 0.9
    noteValue(search, gram, id, { how, score, relation: RELATIONS.valueExact })
  }
}

/** A column of more values holds names, and a word typed small that is another form of a name is rather the word: "based" and BASE. */
const MANY = 100

function isOneOfMany({ values, items, sizes }: ValueIndex, id: number): boolean {
  const value = values[id] as string
  return value !== value.toLowerCase() && (sizes.get(items[id] as number) ?? 0) > MANY
}

/** A code has no plural, and a short word typed small is rather the word. */
function saysCode(lower: string, code: string, key: string): boolean {
  return lower === code.toLowerCase() && !EVERYDAY_STEMS.has(key)
}

/** "five star" for a value written `5`. */
function noteSaidNumber(search: ValueSearch, gram: Gram): void {
  const number = NUMBER_WORDS.get(gram.key)
  if (number === undefined || number < 2) return
  for (const id of search.index.exact.get(String(number)) ?? []) {
    noteValue(search, gram, id, { how: 'synonym', score: 0.7, relation: RELATIONS.valueFuzzy })
  }
}

function noteJoined(search: ValueSearch, gram: Gram): void {
  for (const id of search.index.joined.get(stem(gram.key.replace(' ', ''))) ?? []) {
    noteValue(search, gram, id, { how: 'stem', score: 0.88, relation: RELATIONS.valueExact })
  }
}

function noteSynonyms(search: ValueSearch, gram: Gram): void {
  const others = valueSynonymsOf(gram.key)
  if (others.length === 0 || !mayBeSynonym(search, gram)) return
  for (const { text, key, place } of others) {
    for (const id of search.index.exact.get(key) ?? []) {
      if (isCode(text) && !fitsCode(search.index, id, text)) continue
      if (isCode(text) && place && !holdsPlaces(search.index, id)) continue
      noteValue(search, gram, id, { how: 'synonym', score: 0.8, relation: RELATIONS.valueFuzzy })
    }
  }
}

/** A code of one to three letters counts in a question only when typed in capitals. */
function mayBeSynonym(search: ValueSearch, gram: Gram): boolean {
  const text = textOf(search, gram)
  return text.length > 3 || text === text.toUpperCase() || search.reading.proper[gram.first] === true
}

function isCode(text: string): boolean {
  return text.length <= 3
}

/** A stored code is in capitals; one letter only means a sex or a side in a column of few values. */
function fitsCode(index: ValueIndex, id: number, code: string): boolean {
  const value = index.values[id] as string
  if (value !== value.toUpperCase()) return code.length > 1 && value === code
  return code.length > 1 || (index.sizes.get(index.items[id] as number) ?? 0) <= 4
}

/** Share of a column's values that are places before a code in it is one: of all pairs of letters, a fifth are the code of some place. */
const PLACES_SHARE = 0.4

/** CHN among airports is no China. */
function holdsPlaces({ items, sizes, places }: ValueIndex, id: number): boolean {
  const item = items[id] as number
  return (places.get(item) ?? 0) >= PLACES_SHARE * (sizes.get(item) ?? 0)
}

function noteInitials(search: ValueSearch, gram: Gram): void {
  const text = textOf(search, gram)
  if (text.length < 2 || text.length > 6 || !/^\p{Lu}+$/u.test(text)) return
  for (const id of search.index.initials.get(text.toLowerCase()) ?? []) {
    noteValue(search, gram, id, { how: 'acronym', score: 0.75, relation: RELATIONS.valueFuzzy })
  }
}

/** Runs of words that together are part of one value of few columns, longest run first. */
function noteParts(search: ValueSearch): void {
  const { stems, sign } = search.reading
  const covered = coveredByLonger(search)
  let first = 0
  while (first < stems.length) {
    const keyed = sign[first] ? signKey(search.reading, first) : stems[first]
    const part = covered.has(first) || keyed === undefined ? undefined : search.index.partial.get(keyed)
    if (part === undefined || !mayBePart(search, first)) first++
    else first = noteRun(search, first, part) + 1
  }
}

/** Names and superlatives of the question are seldom meant as a piece of a value, unless written as a proper name. */
function mayBePart({ reading, words, board }: ValueSearch, solid: number): boolean {
  if (reading.proper[solid]) return true
  const word = words[reading.at[solid] as number] as Word
  const named = !reading.sign[solid] && isNamed(board, reading.at[solid] as number)
  return reading.content[solid] === true && !COMPARATIVES.has(word.lower) && !named
}

function signKey(reading: Reading, first: number): string | undefined {
  return reading.sign[first + 1] ? `${reading.stems[first]} ${reading.stems[first + 1]}` : undefined
}

/** Solid words inside a whole value of two words or more: their single words are no hints of their own. */
function coveredByLonger({ found, reading }: ValueSearch): Set<number> {
  const covered = new Set<number>()
  const solidOf = new Map(reading.at.map((word, solid) => [word, solid]))
  for (const match of found) {
    const first = solidOf.get(match.first) as number
    const last = solidOf.get(match.last) as number
    if (last > first) for (let solid = first; solid <= last; solid++) covered.add(solid)
  }
  return covered
}

/** Extends the run while some value holds all its words; gives its last solid word. */
function noteRun(search: ValueSearch, first: number, part: Part): number {
  const { reading, index } = search
  let values = part.values.length > MOST_VALUES ? [] : part.values
  let columns = part.columns
  let last = reading.sign[first] ? first + 1 : first
  for (let next = last + 1; next < reading.stems.length && next < first + 3 * LONGEST_GRAM; next++) {
    const key = reading.sign[next]
      ? `${reading.stems[next - 1]} ${reading.stems[next]}`
      : (reading.stems[next] as string)
    const more = index.partial.get(key)
    const both = more === undefined ? [] : more.values.filter((id) => values.includes(id))
    if (both.length === 0 || reading.content[next] === false) break
    values = both
    columns = columns.filter((item) => both.some((id) => index.items[id] === item))
    last = next
  }
  if (columns.length > MOST_COLUMNS) return last
  notePartRun(search, { first, last, values, columns })
  return last
}

function notePartRun(
  search: ValueSearch,
  run: { first: number; last: number; values: number[]; columns: number[] },
): void {
  const { reading, index, board } = search
  const span = [reading.at[run.first] as number, reading.at[run.last] as number] as const
  for (const item of run.columns) relate(board, span, item, RELATIONS.valuePartial)
  for (const id of run.values.slice(0, 8)) {
    const share = (run.last - run.first + 1) / (index.counts[id] as number)
    const alone = run.values.length === 1 ? 0.1 : 0
    noteValue(search, run, id, {
      how: 'part',
      score: Math.min(0.85, 0.35 + 0.4 * share + alone),
      relation: RELATIONS.valuePartial,
    })
  }
}

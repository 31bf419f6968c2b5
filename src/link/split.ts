import { ABBREVIATIONS } from './abbreviations.ts'
import { stem } from './words.ts'

/** What joined words are taken apart by. */
export interface Dictionary {
  /** Words that may be a part, of three letters or more. */
  parts: ReadonlySet<string>
  /** Words that look joined but are one. */
  whole: ReadonlySet<string>
  /** Words of the tables' names: a column may start with their first letters ("actid" of `Activity`). */
  tables?: readonly string[]
}

const SHORTEST_PART = 3
/** Shorter parts must be among SHORT_PARTS: three letters are the beginning or end of too many words. */
const SHORTEST_WHOLE_PART = 4
const SHORT_PARTS = new Set(
  'num qty amt cnt avg max min sum pct age day end pay tax fee car zip sex gpa emp stu dob'.split(' '),
)
/** Keys are the one part shorter than three letters: "petid", "flno". */
const KEY_ENDING = /^(.{3,})(id|no)$/

/** The words a name was joined from without a sign between them: "gradepoint" → grade, point; itself when it is one word or nothing fits. */
export function splitWord(word: string, dictionary: Dictionary): string[] {
  if (word.length < 5 || !/^[a-z]+$/.test(word)) return [word]
  const base = stem(word)
  if (dictionary.parts.has(base) || dictionary.whole.has(base)) return [word]
  if (dictionary.parts.has(word) || dictionary.whole.has(word) || ABBREVIATIONS.has(word)) return [word]
  const key = KEY_ENDING.exec(word)
  const owner = key === null ? undefined : ownerOf(key[1] as string, dictionary)
  if (key !== null && owner !== undefined) return [owner, key[2] as string]
  return inTwo(word, dictionary) ?? [word]
}

/** The cut whose shorter part is longest. */
function inTwo(word: string, dictionary: Dictionary): string[] | undefined {
  const cuts: [string, string][] = []
  for (let cut = SHORTEST_PART; cut <= word.length - SHORTEST_PART; cut++) {
    const [first, second] = [word.slice(0, cut), word.slice(cut)]
    if (isPart(first, dictionary) && isPart(second, dictionary)) cuts.push([first, second])
  }
  const shorter = ([a, b]: [string, string]) => Math.min(a.length, b.length)
  return cuts.sort((a, b) => shorter(b) - shorter(a))[0]
}

function isPart(text: string, { parts }: Dictionary): boolean {
  if (text.length < SHORTEST_WHOLE_PART) return SHORT_PARTS.has(text)
  return parts.has(text) || (text.endsWith('s') && text.length > SHORTEST_WHOLE_PART && parts.has(text.slice(0, -1)))
}

/** The owner of a key: a word, a short form, or the beginning of a table's name. */
function ownerOf(text: string, { parts, tables }: Dictionary): string | undefined {
  if (parts.has(text) || ABBREVIATIONS.has(text)) return text
  return tables?.find((name) => name.length > text.length && name.startsWith(text))
}

/** What happens to a sentence between thought and keyboard: case, typing errors, dropped words, greetings, chart wishes. */
import type { Random } from './random.ts'
import { mapParts } from './speech.ts'
import { capitalized } from './words.ts'

/** Before a question ("what …", "how many …", a bare noun phrase). */
const ASKING = [
  'can you tell me ',
  'could you tell me ',
  'i would like to know ',
  'please tell me ',
  'i need to know ',
  'hi, ',
  'hello, ',
  'hey, ',
  'so ',
  'now ',
  'quick question: ',
  'for our report: ',
]

/** Before an order ("show …", "list …"). */
const ORDERING = [
  'please ',
  'please ',
  'can you ',
  'could you ',
  'can you please ',
  'could you please ',
  'i want you to ',
  'hi, ',
  'now ',
  'next, ',
  'would you ',
  "let's ",
]

/** Before a thing alone ("revenue by month"). */
const NAMING = [
  'please show ',
  'i need ',
  'we need ',
  "i'd like to see ",
  'give me a view of ',
  'hi, ',
  'report: ',
  'can i get ',
  'let me see ',
]

function prefixFor(random: Random, text: string): string {
  if (/^(?:what|which|how|who|when|where|is|are|does|do)\b/i.test(text)) return random.pick(ASKING)
  const orders =
    /^(?:show|list|give|find|return|display|get|tell|retrieve|report|provide|calculate|compare|plot|draw|count|compute|chart|combine)\b/i.test(
      text,
    )
  if (orders) return random.pick(ORDERING)
  return /^(?:i|we|can|could|please|for)\b/i.test(text) ? '' : random.pick(NAMING)
}

const SUFFIXES = [' please', ' for me', ', thanks', ' ?', '.', '.', '?', '?', '?', '?', ' ?', '!']

/** Wishes for a chart do not change the program. */
const CHARTS = [
  ' as a bar chart',
  ' as a pie chart',
  ' as a line chart',
  ' in a bar chart',
  ' as a table',
  ' as a scatter plot',
  ' (bar chart)',
  ' and plot it',
  ', show it in a chart',
  ' with a line graph',
  ' as a chart',
  ' in a pie',
  ', visualize as bars',
  ' as a stacked bar chart',
]

const CHART_LEADS: [RegExp, string][] = [
  [/^(?:show|plot|chart|display) (?:me )?(?:the )?/, 'show a bar chart of '],
  [/^(?:show|plot|chart|display) (?:me )?(?:the )?/, 'draw a pie chart of '],
  [/^(?:show|plot|chart|display) (?:me )?(?:the )?/, 'bar chart of '],
  [/^(?:show|plot|chart|display) (?:me )?(?:the )?/, 'line chart of '],
  [/^(?:show|plot|chart|display) (?:me )?(?:the )?/, 'plot the '],
  [/^(?:show|plot|chart|display) (?:me )?(?:the )?/, 'graph of '],
]

const DROPPED = new Set(['the', 'of', 'all', 'a', 'are', 'is', 'there', 'their'])

/** The marked text as somebody would type it. */
export function roughened(random: Random, text: string): string {
  let said = text.replace(/ {2,}/g, ' ').replace(/ ,/g, ',').trim()
  const wish = random.next()
  if (wish < 0.08) {
    const [pattern, lead] = random.pick(CHART_LEADS)
    said = said.replace(pattern, lead)
  } else if (wish < 0.16) said += random.pick(CHARTS)
  if (random.chance(0.12)) said = withoutSmallWords(random, said)
  if (random.chance(0.05)) said = mistyped(random, said)
  if (random.chance(0.12)) said = prefixFor(random, said) + said
  said = punctuated(random, said)
  return cased(random, said)
}

function punctuated(random: Random, text: string): string {
  const asks = /^(?:what|which|how|who|when|where|can|could)\b/i.test(text)
  if (random.chance(asks ? 0.6 : 0.15))
    return text + (asks ? random.pick(['?', '?', '?', ' ?']) : random.pick(['.', '.', ' .']))
  return random.chance(0.08) ? text + random.pick(SUFFIXES) : text
}

function cased(random: Random, text: string): string {
  const r = random.next()
  if (r < 0.5) return capitalizedStart(text)
  if (r < 0.93) return text
  if (r < 0.97)
    return mapParts(
      text,
      (part) => part.toLowerCase(),
      (part) => part.toLowerCase(),
    )
  return r < 0.98
    ? mapParts(
        text,
        (part) => part.toUpperCase(),
        (part) => part.toUpperCase(),
      )
    : text
}

function capitalizedStart(text: string): string {
  return /^\p{L}/u.test(text) ? capitalized(text) : text
}

function withoutSmallWords(random: Random, text: string): string {
  return mapParts(
    text,
    (part) =>
      part
        .split(' ')
        .filter((word) => !DROPPED.has(word) || random.chance(0.5))
        .join(' '),
    (part) => part,
  )
}

/** Two letters swapped, one doubled or one left out, in one longer word outside the values. */
function mistyped(random: Random, text: string): string {
  let done = false
  const change = (word: string) => {
    if (done || word.length < 5 || !/^[a-z]+$/i.test(word) || !random.chance(0.35)) return word
    done = true
    const at = random.int(1, word.length - 2)
    const r = random.next()
    if (r < 0.5) return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2)
    return r < 0.75 ? word.slice(0, at) + word.slice(at + 1) : word.slice(0, at) + word[at] + word.slice(at)
  }
  return mapParts(
    text,
    (part) => part.split(' ').map(change).join(' '),
    (part) => part,
  )
}

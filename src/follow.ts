import { SCAFFOLD } from './answerable/scaffold.ts'
import type { ChartKind } from './chart/wish.ts'
import { wishOf } from './chart.ts'
import { change } from './edit/change.ts'
import type { Edit } from './edit/edits.ts'
import { type Around, openSheet, type Sheet } from './edit/sheet.ts'
import { RULES, type Said } from './follow/rules.ts'
import { Refusal } from './refusal.ts'

/** A follow-up as a question that stands alone. */
export interface Followed {
  question: string
  /** The chart asked for, when the follow-up asks for nothing else. */
  chart?: ChartKind
}

/** Openings that only tie a follow-up to what went before. */
const OPENING = /^(and|now|then|ok(ay)?|please|but|same( thing)?( but| for)?|what about|how about)\b[\s,:]*/i

/** "as a pie" after "freight by country" is the same question drawn anew; anything else is said of the previous question: "freight by country" + "only in 1997". */
export function followUp(previous: string, text: string): Followed {
  const wish = wishOf(text)
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  if (wish !== null && words.every((word) => SCAFFOLD.has(word))) return { question: previous, chart: wish }
  let rest = text.trim()
  while (OPENING.test(rest)) rest = rest.replace(OPENING, '')
  return { question: `${previous.replace(/[\s?.!。？！]+$/u, '')} ${rest}` }
}

/**
 * The edits a follow-up in words asks for of a statement (parsed, as `check` gives it), or null when some of it fits no
 * rule: then it is a question for the model. Refuses `edit-ambiguous`, with choices, where it may mean several things.
 */
export function editsSaid(text: string, plan: { tree: unknown; wish: string | null }, around: Around): Edit[] | null {
  return wholeOrParts(text.trim(), openSheet(plan.tree, plan.wish, around))
}

function wholeOrParts(text: string, sheet: Sheet): Edit[] | null {
  if (OF_EACH.test(text)) return null
  const whole = readSaid(text, sheet)
  if (whole !== null) return whole
  for (const cut of CUTS) {
    const parts = text.split(cut).filter((part) => part.trim() !== '')
    if (parts.length < 2) continue
    const edits = inTurn(parts, sheet)
    if (edits !== null) return edits
  }
  return null
}

/** Some rows of each group: no cut of the whole. */
const OF_EACH =
  /\b(?:top|bottom|first|last|best|worst|largest|biggest|highest|smallest|lowest)\b.*\b(?:per|each|every)\b/i

/** Where one wish ends and the next begins; the rarer cut first, so that "France and Italy" stays together. */
const CUTS = [
  /\s*[,;，；]\s*(?:and |but |then )?|\s+(?:but|then)\s+/i,
  /\s+(?=(?:as|in) an? [a-z ]+$)/i,
  /\s+(?=(?:by|per|sorted|ordered|in|for|since|before|after|during) )/i,
  /\s*[,;，；]\s*(?:and |but |then )?|\s+(?:but|then|and)\s+/i,
]

/** Each part is said of what the parts before it made. */
function inTurn(parts: string[], sheet: Sheet): Edit[] | null {
  const after: Sheet = structuredClone({ ...sheet, catalog: null }) as unknown as Sheet
  after.catalog = sheet.catalog
  const all: Edit[] = []
  for (const part of parts) {
    const edits = readSaid(part, after)
    if (edits === null || !fits(after, edits)) return null
    all.push(...edits)
  }
  return all
}

function fits(sheet: Sheet, edits: Edit[]): boolean {
  try {
    for (const edit of edits) change(sheet, edit)
    return true
  } catch (thrown) {
    if (thrown instanceof Refusal && thrown.code === 'edit-unfit') return false
    throw thrown
  }
}

function readSaid(text: string, sheet: Sheet): Edit[] | null {
  const said = strip(text)
  if (said.text === '') return null
  for (const rule of RULES) {
    const edits = rule.read(said, sheet)
    if (edits !== null) return edits
  }
  return null
}

const POLITE =
  /^(?:now|then|ok(?:ay)?|please|but|so|hmm?|great|thanks|thank you|cool|nice|yes|no,|actually|rather|instead|(?:can|could|would) you(?: please)?|(?:can|could|may) (?:i|we) (?:see|have|get)(?: (?:that|it|this|them))?|i(?:'d| would)? (?:like|want|need)(?: to see| it)?|let'?s see|let me see|(?:make|do|show|give)(?: me)? (?:it|that|this|the same)(?= (?:for|in|by|per|as|with|without|only|but|\p{L}+ly)(?!\p{L}))|(?:the )?same(?: thing| question| again)?(?: but)?(?= |$)|what about|how about|what if|那么|那|同样)(?!\p{Script=Latin})[\s,:]*/iu
const ALSO =
  /^(?:and|also|plus|add|including|include|with also|再加上?|还有)(?!\p{Script=Latin})(?: also)?(?: show)?\s*/iu
const ENDING = /(?:[\s,]+(?:please|thanks|thank you|now)|[\s?.!。？！]+|呢|吧)$/iu
const TOO = /[\s,]+(?:too|as well|also|in addition|besides)$/i
const ADDED =
  /^(?:and )?(?:also|plus|add|include|including|再加上?|还有)(?!\p{Script=Latin})|[\s,]+(?:too|as well|also|in addition|besides)$/iu
const INSTEAD = /[\s,]+instead$/i

/** Opening and closing words off; what "also" and "instead" say is kept. */
function strip(text: string): Said {
  let rest = text.trim()
  let also = false
  let added = false
  let instead = false
  for (let before = ''; before !== rest; ) {
    before = rest
    rest = rest.replace(ENDING, '').replace(POLITE, '').trim()
    if (ADDED.test(rest)) added = true
    if (TOO.test(rest) || ALSO.test(rest)) also = true
    if (INSTEAD.test(rest)) instead = true
    rest = rest.replace(TOO, '').replace(INSTEAD, '').replace(ALSO, '').trim()
  }
  return { text: rest, also, added, instead }
}

/** Yes/no columns: "is active", "has pool", "cancelled", "newsletter". */
import type { Condition } from './conditions.ts'
import type { Entity, Field } from './scene.ts'
import type { Speech } from './speech.ts'

interface FlagWords {
  yes: string[]
  no: string[]
  before?: string
}

const ADJECTIVES =
  /^(?:active|online|public|explicit|organic|mandatory|critical|abnormal|significant|vegetarian|spicy|hazardous|landlocked|navigable|smart|remote|indoor|anonymous|incumbent|peak|returning|vip|alive|won|sold out|low cost|open source|salt water|in stock)$/

const OPPOSITES: Record<string, string> = {
  active: 'inactive',
  online: 'offline',
  approved: 'unapproved',
  public: 'private',
  verified: 'unverified',
  insured: 'uninsured',
  certified: 'uncertified',
}

/** How a flag is said of `who` ("who" or "that"), by the shape of its name. */
function flagWords(words: string, who: string): FlagWords {
  const is = /^is (?:a |an )?(.+)$/.exec(words)?.[1]
  const has = /^has (.+)$/.exec(words)?.[1]
  const word = is ?? words
  if (has !== undefined)
    return {
      yes: [`with a ${has}`, `${who} have a ${has}`, `with ${has}`],
      no: [`without a ${has}`, `${who} have no ${has}`, `with no ${has}`],
    }
  if (/^(?:would|requires|accepts) /.test(words))
    return { yes: [`${who} ${words}`], no: [`${who} do not ${words.replace(/^(?:would|requires) /, '')}`] }
  if (is !== undefined || ADJECTIVES.test(word) || /ed$/.test(word)) {
    const opposite = OPPOSITES[word]
    const no = [
      `${who} are not ${word}`,
      `${who} were not ${word}`,
      `not ${word}`,
      ...(opposite === undefined ? [] : [`${who} are ${opposite}`]),
    ]
    return {
      yes: [`${who} are ${word}`, `${who} were ${word}`, word],
      no: /ed$/.test(word) ? no : no.filter((text) => !text.includes('were')),
      before: word,
    }
  }
  return {
    yes: [`with ${words}`, `where ${words} is true`, `where ${words} is yes`],
    no: [`without ${words}`, `with no ${words}`, `where ${words} is false`, `where ${words} is no`],
  }
}

/** "active", "that are not active", "with a pool". */
export function flagCondition(speech: Speech, field: Field): Condition {
  const { random } = speech
  const entity = speech.scene.entities[field.entity] as Entity
  const said = flagWords(field.words, /(?:er|or|ee|nt|rep|guest|client|person)$/.test(entity.words) ? 'who' : 'that')
  const isYes = random.chance(0.7)
  const phrases = isYes ? said.yes : said.no
  const bare = said.before ?? field.words
  const clause = isYes ? `${bare} is true` : `${bare} is false`
  const after = random.chance(0.12)
    ? random.pick([
        `where ${field.words} is ${isYes ? 'true' : 'false'}`,
        `with ${field.words} = ${isYes ? 'yes' : 'no'}`,
      ])
    : random.pick(phrases)
  const program = [{ item: field.item }, '=', isYes ? '#true' : '#false'] as const
  const before = isYes ? said.before : undefined
  return {
    field,
    program: [...program],
    after,
    clause,
    short: isYes ? bare : `not ${bare}`,
    ...(before === undefined ? {} : { before }),
  }
}

import { createHash } from 'node:crypto'

/** A set of prompts: texts with `{{holes}}`. */
export interface Prompts {
  system: string
  question: string
  /** How a verified question is shown; empty for a set that shows none. */
  example: string
  repair: string
}

/** Holes that may be in each text, those that must be first. */
const HOLES: Record<keyof Prompts, { must: string[]; may: string[] }> = {
  system: { must: ['schema'], may: [] },
  question: { must: ['question'], may: ['hints', 'examples', 'today'] },
  example: { must: ['question', 'sql'], may: [] },
  repair: { must: ['error'], may: ['question'] },
}

/** Checks a set's holes: throws an Error that names one that is unknown or missing. */
export function checkPrompts(prompts: Prompts): Prompts {
  for (const [name, { must, may }] of Object.entries(HOLES)) {
    const text = prompts[name as keyof Prompts]
    if (name === 'example' && text === '') continue
    const holes = holesOf(text)
    const unknown = holes.find((hole) => !must.includes(hole) && !may.includes(hole))
    if (unknown !== undefined) throw new Error(`prompt ${name}.md: there is no {{${unknown}}}`)
    const missing = must.find((hole) => !holes.includes(hole))
    if (missing !== undefined) throw new Error(`prompt ${name}.md: {{${missing}}} is missing`)
  }
  return prompts
}

function holesOf(text: string): string[] {
  return [...text.matchAll(/\{\{(\w*)\}\}/g)].map((match) => match[1] ?? '')
}

/** A text with its holes filled; what is filled in is not searched for holes. */
export function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, hole: string) => {
    const value = values[hole]
    if (value === undefined) throw new Error(`prompt: nothing to put into {{${hole}}}`)
    return value
  })
}

/** Eight hex digits that change with any text of the set. */
export function promptHash({ system, question, example, repair }: Prompts): string {
  return createHash('sha256')
    .update(JSON.stringify([system, question, example, repair]))
    .digest('hex')
    .slice(0, 8)
}

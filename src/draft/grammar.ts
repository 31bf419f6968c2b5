import type { GrammarContext, Prepared } from './grammar/columns.ts'
import { prepare } from './grammar/columns.ts'
import { type Frame, newFrame } from './grammar/frame.ts'
import type { Allowed } from './grammar/from.ts'
import { allowedIn } from './grammar/places.ts'
import { step } from './grammar/step.ts'
import { type Program, programText, type Token } from './program.ts'

export type { GrammarContext } from './grammar/columns.ts'
export type { Allowed } from './grammar/from.ts'

/** Where a program stands; never changed, so that beams can share it. `frame` is null after `<eos>`. */
export interface State {
  prepared: Prepared
  frame: Frame | null
}

/** The state before the first token. */
export function startState(context: GrammarContext): State {
  return { prepared: prepare(context), frame: newFrame(null, {}) }
}

/** What may come next: keywords, item numbers (`itemsOf` numbering), and the inclusive range of words. */
export function allowed(state: State): Allowed {
  return state.frame ? allowedIn(state.frame, state.prepared) : { keywords: [], items: [], words: null }
}

/** The state after a token that `allowed` names; other tokens give a state without meaning. */
export function advance(state: State, token: Token): State {
  return { prepared: state.prepared, frame: state.frame && step(state.frame, token, state.prepared) }
}

/** Whether the program is finished. */
export function isDone(state: State): boolean {
  return state.frame === null
}

/** Null if the grammar leads from the first to the last token and the program may end there; otherwise the first refused token and its place. */
export function accepts(program: Program, context: GrammarContext): string | null {
  let state = startState(context)
  const last = program.at(-1)
  const closed = last && 'keyword' in last && last.keyword === '<eos>'
  const tokens: Program = closed ? program : [...program, { keyword: '<eos>' }]
  for (const [position, token] of tokens.entries()) {
    if (!permits(allowed(state), token)) {
      return `token ${position} ${programText([token])} refused after "${state.frame?.place}" of ${state.frame?.clause}: ${programText(program)}`
    }
    state = advance(state, token)
  }
  return null
}

function permits({ keywords, items, words }: Allowed, token: Token): boolean {
  if ('keyword' in token) return keywords.includes(token.keyword)
  if ('item' in token) return items.includes(token.item)
  return words !== null && token.word >= words[0] && token.word <= words[1]
}

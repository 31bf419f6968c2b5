import { type Automaton, automatonOf, type Place } from './grammar/automaton.ts'
import { readGrammar } from './grammar/read.ts'
import type { TokenTrie } from './trie.ts'

/** Where in a grammar a text stands; only its grammar can read it. */
export interface GrammarState {
  /** Stacks whose top reads a byte, in order; the empty one first where the text may end. */
  readonly stacks: readonly number[]
  /** Where each byte led, as far as it was walked; null leads nowhere. */
  next: (GrammarState | null | undefined)[]
  /** Which forgetting `next` has lived through. */
  era: number
}

/** What may be written next, byte by byte. States are values: several beams share one grammar. */
export interface Grammar {
  readonly start: GrammarState
  /** The state after more bytes, or undefined when they may not come. */
  after(state: GrammarState, bytes: Uint8Array): GrammarState | undefined
  /** Whether the text may end here. */
  mayEnd(state: GrammarState): boolean
  /** Ids of the tokens that may come next, in the trie's order. */
  allowed(state: GrammarState, trie: TokenTrie): Int32Array
}

/** What is remembered of one grammar, in stacks and steps, before all but the states in use is forgotten: about 100 MB. */
const MOST_REMEMBERED = 4_000_000
/** What a state costs beside its stacks. */
const STATE_COST = 300
/** Ways a text can be read at once; a grammar with more is refused rather than followed for ever. */
const MOST_STACKS = 20_000

/** A grammar in GBNF (see `readGrammar`) as a recognizer over bytes. Throws an Error for text that is no grammar. */
export function openGrammar(text: string): Grammar {
  const { start, step } = machineOf(automatonOf(readGrammar(text)))
  return {
    start,
    after: (state, bytes) => {
      let here = state
      for (const byte of bytes) {
        const next = step(here, byte)
        if (next === null) return undefined
        here = next
      }
      return here
    },
    mayEnd: ({ stacks }) => stacks[0] === EMPTY,
    allowed: (state, trie) => trie.walk(state, step),
  }
}

/** The stack on which nothing is left to read. */
const EMPTY = 0

interface Machine {
  start: GrammarState
  step(state: GrammarState, byte: number): GrammarState | null
}

/**
 * Stacks are chains of places interned by (place, rest), states are sorted sets of stacks interned by content, and each
 * state remembers where each byte led: what was walked once is a look-up afterwards.
 */
function machineOf({ places, starts }: Automaton): Machine {
  const stacks = internedStacks()
  const known = new Map<string, GrammarState>()
  let era = 0
  let remembered = 0
  const stateOf = (found: Set<number>): GrammarState | null => {
    if (found.size === 0) return null
    if (found.size > MOST_STACKS) throw new Error('grammar: too many ways to read one text')
    const sorted = [...found].sort((a, b) => a - b)
    const key = sorted.join(' ')
    const old = known.get(key)
    if (old !== undefined) return old
    remembered += sorted.length + STATE_COST
    if (remembered > MOST_REMEMBERED) {
      known.clear()
      era++
      remembered = 0
    }
    const made: GrammarState = { stacks: sorted, next: [], era }
    known.set(key, made)
    return made
  }
  const step = (state: GrammarState, byte: number): GrammarState | null => {
    if (state.era !== era) {
      state.next = []
      state.era = era
    }
    const before = state.next[byte]
    if (before !== undefined) return before
    const found = new Set<number>()
    for (const stack of state.stacks) {
      if (stack === EMPTY) continue
      const place = places[stacks.place(stack)] as Extract<Place, { kind: 'byte' }>
      if (byte >= place.low && byte <= place.high)
        expand({ places, starts }, stacks, stacks.of(place.next, stacks.rest(stack)), found)
    }
    const reached = stateOf(found)
    state.next[byte] = reached
    return reached
  }
  const first = new Set<number>()
  expand({ places, starts }, stacks, stacks.of(starts[0] as number, EMPTY), first)
  return { start: stateOf(first) ?? { stacks: [], next: [], era }, step }
}

interface Stacks {
  of(place: number, rest: number): number
  place(stack: number): number
  rest(stack: number): number
}

function internedStacks(): Stacks {
  const place: number[] = [-1]
  const rest: number[] = [-1]
  const numbers = new Map<number, number>()
  return {
    of: (top, below) => {
      const key = top * 2 ** 26 + below
      const known = numbers.get(key)
      if (known !== undefined) return known
      place.push(top)
      rest.push(below)
      numbers.set(key, place.length - 1)
      return place.length - 1
    },
    place: (stack) => place[stack] as number,
    rest: (stack) => rest[stack] as number,
  }
}

/** Adds the stacks whose top reads a byte and that are reached from `first` without one. */
function expand({ places, starts }: Automaton, stacks: Stacks, first: number, found: Set<number>): void {
  const seen = new Set<number>()
  const open = [first]
  for (let stack = open.pop(); stack !== undefined; stack = open.pop()) {
    if (seen.has(stack)) continue
    seen.add(stack)
    if (stack === EMPTY) {
      found.add(EMPTY)
      continue
    }
    const here = places[stacks.place(stack)] as Place
    const below = stacks.rest(stack)
    if (here.kind === 'byte') found.add(stack)
    else if (here.kind === 'fork') for (const way of here.ways) open.push(stacks.of(way, below))
    else if (here.kind === 'end') open.push(below)
    // A call that ends its rule leaves nothing behind on the stack, so that lists do not pile up.
    else {
      const after = places[here.next]?.kind === 'end' ? below : stacks.of(here.next, below)
      open.push(stacks.of(starts[here.rule] as number, after))
    }
  }
}

import { type Automaton, automatonOf, type Place } from './grammar/automaton.ts'
import { readGrammar } from './grammar/read.ts'
import type { TokenTrie } from './trie.ts'

/** Where in a grammar a text stands, as a number that only its grammar knows; equal numbers stand equally. */
export type GrammarState = number

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

/** States of one grammar, about 1 kB each: an SQL grammar of 30 tables has some thousands. */
const MOST_STATES = 50_000
/** Ways a text can be read at once; a grammar with more is refused rather than followed for ever. */
const MOST_STACKS = 20_000

/** A grammar in GBNF (see `readGrammar`) as a recognizer over bytes. Throws an Error for text that is no grammar. */
export function openGrammar(text: string): Grammar {
  const machine = machineOf(automatonOf(readGrammar(text)))
  const after = (state: GrammarState, bytes: Uint8Array) => {
    let here = state
    for (const byte of bytes) {
      here = machine.step(here, byte)
      if (here === DEAD) return undefined
    }
    return here
  }
  return {
    start: machine.start,
    after,
    mayEnd: (state) => machine.mayEnd(state),
    allowed: (state, trie) => trie.walk(state, machine.step, DEAD),
  }
}

const DEAD = -1
const UNKNOWN = -2
/** The stack on which nothing is left to read. */
const EMPTY = 0

interface Machine {
  start: number
  step(state: number, byte: number): number
  mayEnd(state: number): boolean
}

/**
 * Stacks are chains of places interned by (place, rest), states are sorted sets of stacks interned by content, and each
 * state remembers where each byte led: what was walked once is a look-up afterwards.
 */
function machineOf({ places, starts }: Automaton): Machine {
  const stacks = internedStacks()
  const states: { key: string; stacks: number[]; next: Int32Array }[] = []
  const numbers = new Map<string, number>()
  const stateOf = (found: Set<number>): number => {
    if (found.size === 0) return DEAD
    if (found.size > MOST_STACKS) throw new Error('grammar: too many ways to read one text')
    const sorted = [...found].sort((a, b) => a - b)
    const key = sorted.join(' ')
    const known = numbers.get(key)
    if (known !== undefined) return known
    if (states.length >= MOST_STATES) throw new Error('grammar: too many states')
    numbers.set(key, states.length)
    return states.push({ key, stacks: sorted, next: new Int32Array(256).fill(UNKNOWN) }) - 1
  }
  const open = (place: number, rest: number, found: Set<number>) =>
    expand({ places, starts }, stacks, place, rest, found)
  const step = (state: number, byte: number): number => {
    const { next, stacks: here } = states[state] as { stacks: number[]; next: Int32Array }
    const known = next[byte] as number
    if (known !== UNKNOWN) return known
    const found = new Set<number>()
    for (const stack of here) {
      if (stack === EMPTY) continue
      const place = places[stacks.place(stack)] as Extract<Place, { kind: 'byte' }>
      if (byte >= place.low && byte <= place.high) open(place.next, stacks.rest(stack), found)
    }
    const reached = stateOf(found)
    next[byte] = reached
    return reached
  }
  const first = new Set<number>()
  open(starts[0] as number, EMPTY, first)
  return { start: stateOf(first), step, mayEnd: (state) => states[state]?.stacks[0] === EMPTY }
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

/** Adds the stacks whose top reads a byte and that are reached from `place` without one. */
function expand({ places, starts }: Automaton, stacks: Stacks, place: number, rest: number, found: Set<number>): void {
  const seen = new Set<number>()
  const open = [stacks.of(place, rest)]
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
    else
      open.push(
        stacks.of(starts[here.rule] as number, places[here.next]?.kind === 'end' ? below : stacks.of(here.next, below)),
      )
  }
}

import type { Piece, Rules } from './rules.ts'
import { type ByteRanges, codePointRanges, utf8Ranges } from './utf8.ts'

/** What stands at a place: bytes to read, a rule to enter, or a fork of ways. */
export type Place =
  | { kind: 'byte'; low: number; high: number; next: number }
  | { kind: 'call'; rule: number; next: number }
  | { kind: 'fork'; ways: number[] }
  /** The rule ends here. */
  | { kind: 'end' }

/** A pushdown automaton over bytes: places by number, and the place where each rule begins. */
export interface Automaton {
  places: Place[]
  /** Place where each rule begins, by rule number; rule 0 is `root`. */
  starts: number[]
}

/** Largest count in `{least,most}` that is written out: each is a copy of the piece. */
const MOST_COPIES = 400

/** Rules as an automaton. Throws an Error for a rule that can call itself before it has read a byte. */
export function automatonOf(rules: Rules): Automaton {
  const names = ['root', ...[...rules.keys()].filter((name) => name !== 'root')]
  const numbers = new Map(names.map((name, number) => [name, number]))
  const places: Place[] = [{ kind: 'end' }]
  const add = (place: Place) => places.push(place) - 1
  const build = (piece: Piece, next: number): number => builders[piece.kind](piece as never, next)
  const chain = (ranges: ByteRanges, next: number) =>
    [...ranges].reverse().reduce((after, [low, high]) => add({ kind: 'byte', low, high, next: after }), next)
  const fork = (ways: number[]) => (ways.length === 1 ? (ways[0] as number) : add({ kind: 'fork', ways }))
  const builders: { [K in Piece['kind']]: (piece: Extract<Piece, { kind: K }>, next: number) => number } = {
    text: ({ text }, next) =>
      chain(
        [...Buffer.from(text)].map((byte): [number, number] => [byte, byte]),
        next,
      ),
    class: ({ ranges, negated }, next) =>
      fork(
        codePointRanges(ranges, negated)
          .flatMap(([first, last]) => utf8Ranges(first, last))
          .map((bytes) => chain(bytes, next)),
      ),
    rule: ({ name }, next) => add({ kind: 'call', rule: numbers.get(name) as number, next }),
    sequence: ({ pieces }, next) => [...pieces].reverse().reduce((after, piece) => build(piece, after), next),
    choice: ({ pieces }, next) => fork(pieces.map((piece) => build(piece, next))),
    repeat: ({ piece, least, most }, next) => {
      if (Math.max(least, most === Infinity ? 0 : most) > MOST_COPIES)
        throw new Error(`grammar: more than ${MOST_COPIES} repetitions`)
      let after = next
      if (most === Infinity) {
        const loop: Extract<Place, { kind: 'fork' }> = { kind: 'fork', ways: [] }
        after = add(loop)
        loop.ways.push(build(piece, after), next)
      } else {
        for (let count = least; count < most; count++) after = fork([build(piece, after), next])
      }
      for (let count = 0; count < least; count++) after = build(piece, after)
      return after
    },
  }
  const starts = names.map((name) => build(rules.get(name) as Piece, 0))
  refuseLeftRecursion({ places, starts }, names)
  return { places, starts }
}

/** A rule that reaches itself before any byte would be entered for ever. */
function refuseLeftRecursion({ places, starts }: Automaton, names: string[]): void {
  const nullable = nullableRules({ places, starts })
  const done = new Set<number>()
  const enter = (rule: number, path: number[]): void => {
    if (path.includes(rule)) throw new Error(`grammar: the rule ${names[rule]} begins with itself`)
    if (done.has(rule)) return
    for (const called of calledFirst(places, starts[rule] as number, nullable)) enter(called, [...path, rule])
    done.add(rule)
  }
  starts.forEach((_, rule) => {
    enter(rule, [])
  })
}

function calledFirst(places: Place[], start: number, nullable: Set<number>): Set<number> {
  const called = new Set<number>()
  const seen = new Set<number>()
  const open = [start]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue
    seen.add(at)
    const place = places[at] as Place
    if (place.kind === 'fork') open.push(...place.ways)
    if (place.kind !== 'call') continue
    called.add(place.rule)
    if (nullable.has(place.rule)) open.push(place.next)
  }
  return called
}

/** Rules that can end without reading a byte. */
function nullableRules({ places, starts }: Automaton): Set<number> {
  const nullable = new Set<number>()
  const empty = (start: number): boolean => {
    const seen = new Set<number>()
    const open = [start]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(at)) continue
      seen.add(at)
      const place = places[at] as Place
      if (place.kind === 'end') return true
      if (place.kind === 'fork') open.push(...place.ways)
      if (place.kind === 'call' && nullable.has(place.rule)) open.push(place.next)
    }
    return false
  }
  for (let before = -1; before !== nullable.size; ) {
    before = nullable.size
    starts.forEach((start, rule) => {
      if (empty(start)) nullable.add(rule)
    })
  }
  return nullable
}

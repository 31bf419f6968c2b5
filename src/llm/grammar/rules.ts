/** A part of a rule. */
export type Piece =
  | { kind: 'text'; text: string }
  /** One character of these ranges of code points, or of none of them. */
  | { kind: 'class'; ranges: [number, number][]; negated: boolean }
  | { kind: 'rule'; name: string }
  | { kind: 'sequence'; pieces: Piece[] }
  | { kind: 'choice'; pieces: Piece[] }
  | { kind: 'repeat'; piece: Piece; least: number; most: number }

/** Rules by name; `root` is where it begins. */
export type Rules = Map<string, Piece>

/** How large a statement may be. Structure a person writes stays far below; what costs DuckDB seconds in one uninterruptible call lies above. */
export const BOUNDS = {
  brackets: { most: 100, why: 'Parsing and binding recurse per bracket; hand-written SQL nests a dozen deep.' },
  comments: {
    most: 50,
    why: 'Nested comments cost the parser quadratic time: 8,000 take 2.6 s before anything can be interrupted.',
  },
  depth: { most: 120, why: 'Every later step walks the tree; a chain of 120 operators is longer than any measure.' },
  tables: { most: 20, why: 'Join ordering grows steeply with the tables; the widest query of Spider and BIRD uses 8.' },
  refs: {
    most: 60,
    why: 'Sub-queries and value lists in FROM join like tables do; planning a join of 200 cannot be interrupted.',
  },
  ctes: {
    most: 30,
    why: 'Each CTE may be inlined where it is used: 28 that use the one before twice never finish planning.',
  },
  text: { most: 4000, why: 'A text constant in characters; longer ones only feed calls that multiply text.' },
  tree: {
    most: 4_000_000,
    why: 'Characters of the parsed statement as JSON; CUBE over 16 columns expands to 65,536 sets while parsing.',
  },
  series: {
    most: 1_000_000,
    why: 'Bound of range() and generate_series() as a table; a calendar of minutes over a year has 525,600.',
  },
  list: {
    most: 10_000,
    why: 'Bound of range() and generate_series() as a list, which is made in one call nobody can interrupt.',
  },
  pad: { most: 1000, why: 'Length given to lpad, rpad and repeat: enough to align numbers, too short to fill memory.' },
} as const satisfies Record<string, { most: number; why: string }>

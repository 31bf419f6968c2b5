/** A node of the SDK's syntax tree: its kind as its only key, mostly. */
export type Tree = Record<string, unknown>

export function isNode(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A call of a function. */
export function call(name: string, ...args: unknown[]): Tree {
  const rest = { distinct: false, trailing_comments: [], use_bracket_syntax: false, no_parens: false, quoted: false }
  return { function: { name, args, ...rest } }
}

/** A call of an aggregate under the same FILTER as another. */
export function aggregate(name: string, args: unknown[], filter: unknown): Tree {
  return { aggregate_function: { name, args, distinct: false, filter: filter ?? null } }
}

export function text(value: string): Tree {
  return { literal: { literal_type: 'string', value } }
}

export function number(value: string): Tree {
  return { literal: { literal_type: 'number', value } }
}

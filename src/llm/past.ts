/** Keys and values of several rows: one array per tensor, [rows, heads, width, size], each row padded on one side. */
export interface Past {
  /** Tokens of each row, padding not counted. */
  lengths: number[]
  width: number
  tensors: PastArray[]
}

export type PastArray = Float32Array | Uint16Array

export interface PastShape {
  heads: number
  size: number
  /** Where padding is: standard attention reads rows that end together, GroupQueryAttention rows that begin together. */
  padding: 'left' | 'right'
}

/** One row of a past, or its first `length` tokens. */
export interface PastRow {
  past: Past
  row: number
  length?: number
}

/** A past of chosen rows in a new order, padded as little as they need: rows join, leave, are doubled and cut by it. */
export function regrouped(rows: readonly PastRow[], { heads, size, padding }: PastShape): Past {
  const lengths = rows.map(({ past, row, length }) => Math.min(length ?? Infinity, past.lengths[row] as number))
  const width = Math.max(0, ...lengths)
  const first = rows[0]?.past
  if (first === undefined) throw new Error('a past needs a row')
  const tensors = first.tensors.map((model, index) => {
    const made = new (model.constructor as new (length: number) => PastArray)(rows.length * heads * width * size)
    rows.forEach(({ past, row }, at) => {
      const kept = lengths[at] as number
      const from = padding === 'left' ? past.width - (past.lengths[row] as number) : 0
      const to = padding === 'left' ? width - kept : 0
      for (let head = 0; head < heads; head++) {
        const source = ((row * heads + head) * past.width + from) * size
        const target = ((at * heads + head) * width + to) * size
        made.set((past.tensors[index] as PastArray).subarray(source, source + kept * size), target)
      }
    })
    return made
  })
  return { lengths, width, tensors }
}

/** Bytes a past takes. */
export function pastBytes({ tensors }: Past): number {
  return tensors.reduce((sum, { byteLength }) => sum + byteLength, 0)
}

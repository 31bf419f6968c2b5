/** The tokens of a vocabulary by their bytes: what a grammar walks to tell which may come next. */
export interface TokenTrie {
  /** Ids of tokens whose bytes lead somewhere from `start`, by `step`, which gives null where they do not. */
  walk<State>(start: State, step: (state: State, byte: number) => State | null): Int32Array
}

interface Node {
  children: Map<number, Node>
  tokens: number[]
}

/** `bytes[id]` are a token's bytes; undefined and empty ones (special tokens) are never walked. */
export function tokenTrie(bytes: readonly (Uint8Array | undefined)[]): TokenTrie {
  const root: Node = { children: new Map(), tokens: [] }
  bytes.forEach((word, id) => {
    if (word === undefined || word.length === 0) return
    let node = root
    for (const byte of word) {
      const next = node.children.get(byte) ?? { children: new Map(), tokens: [] }
      node.children.set(byte, next)
      node = next
    }
    node.tokens.push(id)
  })
  return walkerOf(flat(root))
}

/** Nodes in depth-first order: byte, depth, where the walk goes on when a node is dead, and the tokens that end there. */
interface Flat {
  byte: Uint8Array
  depth: Uint16Array
  after: Int32Array
  firstToken: Int32Array
  tokens: Int32Array
  deepest: number
}

function flat(root: Node): Flat {
  const byte: number[] = []
  const depth: number[] = []
  const after: number[] = []
  const firstToken: number[] = []
  const tokens: number[] = []
  let deepest = 0
  const visit = (node: Node, own: number, level: number): void => {
    const at = byte.push(own) - 1
    depth.push(level)
    after.push(0)
    firstToken.push(tokens.length)
    tokens.push(...node.tokens)
    deepest = Math.max(deepest, level)
    for (const [next, child] of [...node.children].sort(([a], [b]) => a - b)) visit(child, next, level + 1)
    after[at] = byte.length
  }
  for (const [next, child] of [...root.children].sort(([a], [b]) => a - b)) visit(child, next, 0)
  firstToken.push(tokens.length)
  return {
    byte: Uint8Array.from(byte),
    depth: Uint16Array.from(depth),
    after: Int32Array.from(after),
    firstToken: Int32Array.from(firstToken),
    tokens: Int32Array.from(tokens),
    deepest,
  }
}

function walkerOf({ byte, depth, after, firstToken, tokens, deepest }: Flat): TokenTrie {
  return {
    walk: <State>(start: State, step: (state: State, byte: number) => State | null) => {
      const states = new Array<State>(deepest + 2).fill(start)
      const found = new Int32Array(tokens.length)
      let count = 0
      for (let at = 0; at < byte.length; ) {
        const level = depth[at] as number
        const state = step(states[level] as State, byte[at] as number)
        if (state === null) {
          at = after[at] as number
          continue
        }
        states[level + 1] = state
        for (let token = firstToken[at] as number; token < (firstToken[at + 1] as number); token++)
          found[count++] = tokens[token] as number
        at++
      }
      return found.slice(0, count)
    },
  }
}

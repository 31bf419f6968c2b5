import type { Grammar } from './grammar.ts'

/** What is asked of the model. */
export interface Request {
  /** Token ids. */
  prompt: readonly number[]
  /** Most tokens of one text. */
  maxTokens: number
  /** Texts wanted. */
  texts: number
  /** Beams of that number instead of single texts: the likeliest whole texts, best first. */
  beams: boolean
  temperature: number
  topP: number
  topK: number
  seed: number
  stop: readonly string[]
  grammar?: Grammar
}

/** One text the model wrote. */
export interface Written {
  text: string
  /** Without the token that ended it. */
  tokens: number[]
  /** Log-probability of each token, the end's last where there was one. */
  logprobs: number[]
  /** Sum of `logprobs`. */
  score: number
  finish: 'stop' | 'length'
}

/** A row of the batch that goes on: the row of this decoding it comes from, and its next token. */
export interface Next {
  parent: number
  token: number
}

/** The search for the texts of one request: told logits row by row, it says how to go on, and with no row when it is done. */
export interface Decoding {
  /** Rows it takes in the batch at most. */
  width: number
  advance(logits: readonly Float32Array[]): Next[]
  /** What was written, best first for beams. */
  written(): Written[]
}

/** Told of text as it becomes certain: `index` of the text, and its next piece. */
export type Listener = (index: number, piece: string, token: Token) => void

export interface Token {
  id: number
  logprob: number
}

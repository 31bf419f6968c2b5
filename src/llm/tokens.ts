import { Tokenizer } from '@huggingface/tokenizers'
import { type TokenTrie, tokenTrie } from './trie.ts'
import type { Weights } from './weights.ts'

/** Text to token ids and back, byte by byte. */
export interface Tokens {
  /** Ids of a text in which special tokens may be written out, as a chat template does. */
  encode(text: string): number[]
  /** The bytes a token stands for; undefined for special tokens and ids that are not used. */
  bytes(id: number): Uint8Array | undefined
  trie: TokenTrie
}

/** The tokenizer of a folder: byte-level BPE (GPT-2, Qwen2, Llama 3) or SentencePiece-like BPE with byte fallback (Llama 2). */
export function openTokens({
  tokenizer,
  tokenizerConfig,
  shape,
}: Pick<Weights, 'tokenizer' | 'tokenizerConfig' | 'shape'>): Tokens {
  const engine = new Tokenizer(tokenizer, { ...tokenizerConfig, clean_up_tokenization_spaces: false })
  const bytes = vocabularyBytes(tokenizer as TokenizerFile, shape.vocabulary)
  return {
    encode: (text) => engine.encode(text, { add_special_tokens: false }).ids,
    bytes: (id) => bytes[id],
    trie: tokenTrie(bytes),
  }
}

interface TokenizerFile {
  model: { vocab: Record<string, number> }
  added_tokens?: { id: number; content: string; special?: boolean }[]
  decoder?: Decoder | null
}

interface Decoder {
  type: string
  decoders?: Decoder[]
}

/** Bytes by token id. The decoder tells which way the vocabulary is written. */
export function vocabularyBytes(file: TokenizerFile, size: number): (Uint8Array | undefined)[] {
  const read = isByteLevel(file.decoder) ? byteLevelBytes : pieceBytes
  const bytes = new Array<Uint8Array | undefined>(size).fill(undefined)
  for (const [piece, id] of Object.entries(file.model.vocab)) if (id < size) bytes[id] = read(piece)
  for (const { id, content, special } of file.added_tokens ?? [])
    if (id < size) bytes[id] = special === true ? undefined : Buffer.from(content)
  return bytes
}

function isByteLevel(decoder: Decoder | null | undefined): boolean {
  return decoder?.type === 'ByteLevel' || (decoder?.decoders ?? []).some(isByteLevel)
}

/** GPT-2's alphabet: printable bytes stand for themselves, the others for the code points from 256 on (`bytes_to_unicode` of openai/gpt-2). */
const BYTE_OF = new Map<string, number>()
for (let byte = 0, next = 256; byte < 256; byte++) {
  const prints = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
  BYTE_OF.set(String.fromCharCode(prints ? byte : next++), byte)
}

function byteLevelBytes(piece: string): Uint8Array {
  const bytes = [...piece].map((sign) => BYTE_OF.get(sign))
  return bytes.every((byte) => byte !== undefined) ? Uint8Array.from(bytes as number[]) : Buffer.from(piece)
}

/** SentencePiece: `▁` is a space, `<0x0A>` a byte. */
function pieceBytes(piece: string): Uint8Array {
  const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(piece)?.[1]
  return byte === undefined ? Buffer.from(piece.replaceAll('▁', ' ')) : Uint8Array.of(Number.parseInt(byte, 16))
}

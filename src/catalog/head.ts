import { createReadStream } from 'node:fs'
import { Transform } from 'node:stream'
import zlib from 'node:zlib'

/** How a file is packed and what its first bytes say it is. */
export interface Head {
  packing: 'none' | 'gzip' | 'zstd'
  content: 'empty' | 'parquet' | 'json' | 'text' | 'binary'
  encoding: Encoding
  /** First bytes as text, without a byte order mark; null when packed in a way this Node cannot open. */
  text: string | null
  /** True when the text is the whole file. */
  whole: boolean
}

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

/** Bytes looked at: enough for a thousand columns and some hundred rows. */
const HEAD_BYTES = 512 * 1024

/** Reads and judges the first bytes of a local file; a damaged archive counts as binary. */
export async function readHead(path: string): Promise<Head> {
  const start = await firstBytes(createReadStream(path, { end: HEAD_BYTES - 1 }))
  const packing = packingOf(start)
  if (packing === 'none') return judge(start, packing)
  const unpack = unpacker(packing)
  if (unpack === null) return { packing, content: 'text', encoding: 'utf-8', text: null, whole: false }
  try {
    return judge(await firstBytes(createReadStream(path).pipe(unpack)), packing)
  } catch {
    return { packing, content: 'binary', encoding: 'utf-8', text: '', whole: false }
  }
}

/** A stream that opens a packing; null when this Node has no zstd (before 22.15). */
export function unpacker(packing: Head['packing']): Transform | null {
  if (packing === 'gzip') return zlib.createGunzip()
  const zstd = (zlib as { createZstdDecompress?: () => Transform }).createZstdDecompress
  return packing === 'zstd' ? (zstd?.() ?? null) : new Transform({ transform: (chunk, _, done) => done(null, chunk) })
}

async function firstBytes(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= HEAD_BYTES) break
  }
  return Buffer.concat(chunks).subarray(0, HEAD_BYTES)
}

function packingOf(start: Buffer): Head['packing'] {
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip'
  return start.length >= 4 && start.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'none'
}

function judge(bytes: Buffer, packing: Head['packing']): Head {
  const whole = bytes.length < HEAD_BYTES
  if (bytes.subarray(0, 4).toString('latin1') === 'PAR1') {
    return { packing, content: 'parquet', encoding: 'utf-8', text: '', whole }
  }
  const encoding = encodingOf(bytes, whole)
  const text = new TextDecoder(encoding).decode(bytes).replace(/^\uFEFF/, '')
  return { packing, content: contentOf(text), encoding, text, whole }
}

function contentOf(text: string): Head['content'] {
  const trimmed = text.trimStart()
  if (trimmed === '') return 'empty'
  const strange = [...text.slice(0, 4096)].filter(isStrange).length
  if (strange > 4096 / 50) return 'binary'
  return /^(\{\s*("|\}|$)|\[\s*(\{|\[|\]|"|-?\d|true|false|null|$))/.test(trimmed) && !looksLikeCells(trimmed)
    ? 'json'
    : 'text'
}

/** Control signs no text file holds, and what stands where bytes were no text. */
function isStrange(sign: string): boolean {
  const code = sign.charCodeAt(0)
  return code < 9 || (code > 13 && code < 27) || code === 0xfffd
}

/** `[id],[name]` is a CSV header, not JSON. */
function looksLikeCells(text: string): boolean {
  return /^\[[^\]\n"{[]*[^\]\n"{[\d,\s.-][^\]\n"{[]*\]\s*[,;\t]/.test(text)
}

/** Byte order mark first; zeros at every other place; then valid UTF-8 or not (a cut last character does not count). */
function encodingOf(bytes: Buffer, whole: boolean): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const sample = bytes.subarray(0, 2000)
  const zeros = (odd: number) => sample.filter((byte, index) => index % 2 === odd && byte === 0).length
  if (zeros(1) > sample.length / 4) return 'utf-16le'
  if (zeros(0) > sample.length / 4) return 'utf-16be'
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !whole })
    return 'utf-8'
  } catch {
    return 'windows-1252'
  }
}

import { createWriteStream, fstatSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** What was piped in, as a folder of data with one file in it. */
export interface Piped {
  folder: string
  remove(): Promise<void>
}

/** Endings by the first bytes of a file: https://parquet.apache.org/docs/file-format, RFC 1952, RFC 8878. */
const SIGNS: { why: string; ending: string; begins(head: Buffer): boolean }[] = [
  {
    why: 'Parquet begins with its name.',
    ending: 'parquet',
    begins: (head) => head.subarray(0, 4).toString() === 'PAR1',
  },
  { why: 'gzip; most often of CSV.', ending: 'csv.gz', begins: (head) => head[0] === 0x1f && head[1] === 0x8b },
  { why: 'Zstandard; most often of CSV.', ending: 'csv.zst', begins: (head) => head.readUInt32LE(0) === 0xfd2fb528 },
  {
    why: 'JSON and lines of JSON begin with a bracket.',
    ending: 'json',
    begins: (head) => /^\uFEFF?\s*[[{]/.test(head.toString()),
  },
  { why: 'More tabs than commas in the first line.', ending: 'tsv', begins: (head) => isTabbed(head.toString()) },
]

function isTabbed(head: string): boolean {
  const [line = ''] = head.split('\n')
  return line.split('\t').length > line.split(',').length
}

/** The ending of a file that begins with these bytes. */
export function endingOf(head: Buffer): string {
  const padded = Buffer.concat([head, Buffer.alloc(4)])
  return SIGNS.find(({ begins }) => begins(padded))?.ending ?? 'csv'
}

/** Whether somebody's shell pipes or redirects a file into this program. */
export function isPiped(): boolean {
  try {
    const facts = fstatSync(0)
    return facts.isFIFO() || facts.isFile()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBADF') return false // standard input is closed
    throw error
  }
}

/** Standard input as a dataset named `stdin`, in a folder of its own until `remove`; undefined when nothing came. */
export async function readPiped(input: AsyncIterable<Buffer>): Promise<Piped | undefined> {
  const parts = input[Symbol.asyncIterator]()
  let head: Buffer = Buffer.alloc(0)
  for (let next = await parts.next(); !next.done; next = await parts.next()) {
    head = Buffer.concat([head, next.value])
    if (head.length >= 4096) break
  }
  if (head.length === 0) return undefined
  const top = await mkdtemp(join(tmpdir(), 'asklake-piped-'))
  await mkdir(join(top, 'stdin'))
  const rest = { [Symbol.asyncIterator]: () => parts }
  const whole = async function* () {
    yield head
    yield* rest
  }
  await pipeline(Readable.from(whole()), createWriteStream(join(top, 'stdin', `stdin.${endingOf(head)}`)))
  return { folder: top, remove: () => rm(top, { recursive: true, force: true }) }
}

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { type Asker, RIGHTS, type Right } from '../../src/asker.ts'

/** One key as the key file holds it: never the key itself, only the hash of its secret half. */
const KeyEntry = z
  .object({
    id: z.string().regex(/^[0-9a-f]{8}$/),
    name: z.string().regex(/^(?!(everyone|nobody)$)[\w .@-]{1,60}$/),
    /** SHA-256 of the secret, hex. */
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    rights: z.array(z.enum(Object.keys(RIGHTS) as [Right, ...Right[]])),
    datasets: z.union([z.literal('*'), z.array(z.string())]),
    rows: z.record(z.string(), z.record(z.string(), z.string())).default({}),
    hidden: z.record(z.string(), z.record(z.string(), z.union([z.literal('*'), z.array(z.string())]))).default({}),
    rate_per_minute: z.number().positive().optional(),
    concurrent: z.number().int().positive().optional(),
    created: z.string().optional(),
    revoked: z.string().optional(),
  })
  .strict()

export type KeyEntry = z.infer<typeof KeyEntry>

const KeyFile = z.object({ keys: z.array(KeyEntry) }).strict()

/** The entries of a parsed key file; throws one Error that says everything that is wrong, without quoting a hash. */
export function readEntries(parsed: unknown): KeyEntry[] {
  const read = KeyFile.safeParse(parsed)
  if (!read.success) throw new Error(`The key file is not one:\n${z.prettifyError(read.error)}`)
  const { keys } = read.data
  for (const part of ['id', 'name'] as const) {
    const twice = keys
      .filter((key) => !key.revoked)
      .find((key, at, live) => live.findIndex((one) => one[part] === key[part]) !== at)
    if (twice !== undefined) throw new Error(`The key file has two keys with the ${part} ${twice[part]}.`)
  }
  return keys
}

/**
 * A new key and what of it is kept. The secret is 256 random bits, so that one SHA-256 is as strong at rest as a slow
 * hash would be (nobody guesses it), and costs a request microseconds: scrypt would let strangers burn our processor.
 */
export function newKey(): { key: string; id: string; hash: string } {
  const id = randomBytes(4).toString('hex')
  const secret = randomBytes(32).toString('base64url')
  return { key: `asklake_${id}_${secret}`, id, hash: hashOf(secret) }
}

const KEY = /^asklake_([0-9a-f]{8})_([\w-]{43})$/

/** The entry a presented key opens, or undefined. An unknown id costs the same comparison as a wrong secret. */
export function openedBy(presented: string, entries: KeyEntry[]): KeyEntry | undefined {
  const [, id = '', secret = ''] = KEY.exec(presented) ?? []
  const entry = entries.find((one) => one.id === id && one.revoked === undefined)
  const fits = timingSafeEqual(Buffer.from(hashOf(secret)), Buffer.from(entry?.hash ?? hashOf('')))
  return fits && entry !== undefined ? entry : undefined
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Who asks with a key. */
export function askerOf(entry: KeyEntry): Asker {
  const { name, rights, datasets, rate_per_minute, concurrent } = entry
  const viewed = new Set([...Object.keys(entry.rows), ...Object.keys(entry.hidden)])
  const views = Object.fromEntries(
    [...viewed].map((dataset) => [dataset, { rows: entry.rows[dataset] ?? {}, hidden: entry.hidden[dataset] ?? {} }]),
  )
  return {
    name,
    rights,
    datasets,
    views,
    ...(rate_per_minute === undefined ? {} : { rate_per_minute }),
    ...(concurrent === undefined ? {} : { concurrent }),
  }
}

import type { Context } from 'hono'
import { type RecentMap, recentMap } from '../../src/recent.ts'
import { askerOf } from './seen.ts'

/** Files written a moment ago, by tag: who reads a file in parts (Parquet readers do) must get parts of one and the same. */
export interface WrittenFiles {
  get(context: Context, tag: string): Uint8Array | undefined
  keep(context: Context, tag: string, bytes: Uint8Array): void
}

/** Keeps the last `max` files; what one asker has read nobody else is given. */
export function openFiles(max: number): WrittenFiles {
  const kept: RecentMap<Uint8Array> = recentMap(max)
  const key = (context: Context, tag: string) => JSON.stringify([askerOf(context).name, tag])
  return {
    get: (context, tag) => kept.get(key(context, tag)),
    keep: (context, tag, bytes) => kept.set(key(context, tag), bytes),
  }
}

/** Whether the length of a file is asked for, or a part of it: both need it whole. */
export function asksForPart(context: Context): boolean {
  return context.req.raw.method === 'HEAD' || context.req.header('range') !== undefined
}

/** A whole file with its length, or the one part asked for as 206 (RFC 9110, 14). Several parts at once, and parts that are not there, get the whole. */
export function sendPart(context: Context, tag: string, bytes: Uint8Array<ArrayBuffer>): Response {
  context.header('Accept-Ranges', 'bytes')
  const part = partOf(context, tag, bytes.length)
  if (part === undefined) {
    context.header('Content-Length', String(bytes.length))
    return context.body(bytes)
  }
  const [from, to] = part
  context.header('Content-Range', `bytes ${from}-${to - 1}/${bytes.length}`)
  context.header('Content-Length', String(to - from))
  return context.body(bytes.slice(from, to), 206)
}

/** The part asked for as [from, to), unless it is one of another version (If-Range) or the method has none. */
function partOf(context: Context, tag: string, length: number): [number, number] | undefined {
  const only = context.req.header('if-range')
  if (context.req.raw.method !== 'GET' || (only !== undefined && only !== tag)) return undefined
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(context.req.header('range') ?? '') ?? []
  if (first === '' && last === '') return undefined
  const from = first === '' ? Math.max(0, length - Number(last)) : Number(first)
  const to = first === '' || last === '' ? length : Math.min(length, Number(last) + 1)
  return from < to ? [from, to] : undefined
}

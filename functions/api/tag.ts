import { createHash } from 'node:crypto'
import type { Context } from 'hono'

/** A strong entity tag over parts that together decide every byte of a response. */
export function tagOf(...parts: unknown[]): string {
  return `"${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 24)}"`
}

/** Whether the request's If-None-Match names the tag (RFC 9110 13.1.2: weakly compared; `*` means any). */
export function isKnown(context: Context, tag: string): boolean {
  const given = context.req.header('if-none-match')
  if (given === undefined) return false
  return given.split(',').some((one) => one.trim() === '*' || strong(one.trim()) === strong(tag))
}

function strong(tag: string): string {
  return tag.replace(/^W\//, '')
}

/** 304 without a body when the asker has the tagged response already; undefined when it must be sent. The response carries the tag either way and is kept by its asker alone, who asks again before using it. */
export function unchanged(context: Context, tag: string): Response | undefined {
  context.header('ETag', tag)
  context.header('Cache-Control', 'private, no-cache')
  return isKnown(context, tag) ? context.body(null, 304) : undefined
}

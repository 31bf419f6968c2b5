import { createHash, randomUUID } from 'node:crypto'
import { appendFile, mkdir } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import type { Settings } from '../../src/settings.ts'
import { openStore } from '../../src/store.ts'
import type { Note } from './note.ts'

/** What left, to whom: who, by which route, with which outcome, and the note of the request. */
export interface Audited extends Omit<Note, 'question' | 'sql'> {
  /** ISO 8601. */
  at: string
  request: string
  asker: string
  /** Who it was where many ask as one: `slack U1`. */
  person?: string
  /** The route; `slack` and how a question or button came. */
  what: string
  status: number
  /** Bytes of the response's body, or of the messages and files that were sent. */
  bytes: number
  /** SHA-256 (16 hex digits) of the SQL that ran, so that two lines can be told to be of one statement. */
  statement?: string
  question?: string
  sql?: string
}

/** A line of the audit log; question and SQL themselves only with `text`. */
export function auditLine(of: {
  id: string
  asker: string
  person?: string
  what: string
  note: Note
  status: number
  bytes: number
  text?: boolean
}): Audited {
  const { question, sql, ...note } = of.note
  return {
    at: new Date().toISOString(),
    request: of.id,
    asker: of.asker,
    ...(of.person === undefined ? {} : { person: of.person }),
    what: of.what,
    status: of.status,
    bytes: of.bytes,
    ...note,
    ...(sql === undefined ? {} : { statement: createHash('sha256').update(sql).digest('hex').slice(0, 16) }),
    ...(of.text && question !== undefined ? { question } : {}),
    ...(of.text && sql !== undefined ? { sql } : {}),
  }
}

/** Keeps lines that are only ever added. Never rejects: a line that cannot be written is told to `failed`. */
export interface Audit {
  write(line: Audited): void
  /** Settles when all that was written so far is kept. */
  flush(): Promise<void>
}

export const NO_AUDIT: Audit = { write: () => {}, flush: async () => {} }

/** How many lines become one object of a bucket, and how long the first of them waits: an object per answer would cost more than the answer. */
const BATCH = { lines: 100, ms: 2000 }

/** The audit log of setting `audit`: lines of a file per day in a folder, or objects of some lines each below a bucket's prefix. */
export async function openAudit(
  settings: Settings,
  stateDir: string,
  failed: (problem: unknown) => void,
): Promise<Audit> {
  const root = settings.audit === '' && settings.keys !== '' ? join(stateDir, 'audit') : settings.audit
  if (root === '' || root === 'off') return NO_AUDIT
  if (root.startsWith('s3://')) {
    const store = await openStore(root, settings, stateDir)
    return batched(failed, async (lines) => {
      const at = new Date().toISOString()
      const path = `${at.slice(0, 10)}/${at.replace(/[:.]/g, '-')}-${randomUUID()}.jsonl`
      await store.put(path, new TextEncoder().encode(lines.join('')), { absent: true })
    })
  }
  const folder = isAbsolute(root) ? root : resolve(root)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return inOrder(failed, (lines) => {
    const day = new Date().toISOString().slice(0, 10)
    return appendFile(join(folder, `${day}.jsonl`), lines.join(''), { mode: 0o600 })
  })
}

type Keep = (lines: string[]) => Promise<unknown>

/** One write after the other; lines that come meanwhile go together, so that no two are torn into each other. */
function inOrder(failed: (problem: unknown) => void, keep: Keep): Audit {
  const waiting: string[] = []
  let last: Promise<unknown> = Promise.resolve()
  const send = () => {
    const lines = waiting.splice(0)
    return lines.length === 0 ? undefined : keep(lines).catch(failed)
  }
  return {
    write: (line) => {
      if (waiting.push(`${JSON.stringify(line)}\n`) === 1) last = last.then(send)
    },
    flush: async () => void (await last),
  }
}

function batched(failed: (problem: unknown) => void, keep: Keep): Audit {
  let waiting: string[] = []
  let timer: NodeJS.Timeout | undefined
  let last: Promise<unknown> = Promise.resolve()
  const send = () => {
    clearTimeout(timer)
    timer = undefined
    const lines = waiting
    waiting = []
    if (lines.length > 0) last = Promise.all([last, keep(lines).catch(failed)])
    return last
  }
  return {
    write: (line) => {
      waiting.push(`${JSON.stringify(line)}\n`)
      timer ??= setTimeout(send, BATCH.ms)
      if (waiting.length >= BATCH.lines) void send()
    },
    flush: async () => void (await send()),
  }
}

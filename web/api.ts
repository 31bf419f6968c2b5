/** The parts of the API's bodies that the pages show; the whole is in /openapi.json. */
export interface Answer {
  id: string
  question: string
  dataset: string
  sql: string
  columns: { name: string; type: string }[]
  rows: unknown[][]
  row_count: number
  truncated: boolean
  chart: object | null
  explanation: string
  findings: { code: string; level: string; text: string; rewrite?: { from: string; to: string; sql: string } }[]
  confidence: number
  alternatives: { sql: string; reading: string }[]
  reading?: Reading
  plan: { cached: boolean; model: string; verified?: string }
  timings_ms: Record<string, number>
}

/** One change of a plan, as the answer offered it. */
export interface Edit {
  slot: Chip['slot']
  do: 'add' | 'set' | 'remove'
  values?: (string | number | boolean)[]
  period?: string
  limit?: number
}

export interface Choice {
  text: string
  group: string
  edit: Edit
}

export interface Chip {
  id: string
  slot: 'measure' | 'by' | 'filter' | 'period' | 'sort' | 'limit' | 'chart'
  text: string
  choices: Choice[]
  remove?: Edit
}

export interface Reading {
  chips: Chip[]
  add: Choice[]
}

export interface WorkingPart {
  kind: string
  text: string
  sql: string
  depth: number
  rows: number | null
  columns: { name: string; type: string }[]
  sample: unknown[][]
}

export interface Problem {
  detail: string
  hint: string
  code: string
  suggestions?: string[]
}

export interface Dataset {
  name: string
  title: string
  tables: number
  questions: string[]
  problem?: string
}

export interface Column {
  name: string
  type: string
  kind: string
  role: string
  distinct: number
  nullShare: number
  min?: string
  max?: string
  frequent: { value: string; count: number }[]
}

export interface Table {
  name: string
  title?: string
  description?: string
  rows: number
  columns: Column[]
  primaryKey: string[]
}

export interface DatasetCatalog {
  tables: Table[]
  joins: { from: { table: string; columns: string[] }; to: { table: string; columns: string[] } }[]
}

export interface Verified {
  id: string
  question: string
  paraphrases: string[]
  sql: string
  origin: string
  approved_at: string
}

export interface Replay {
  asked_at: string | null
  answer: Answer | null
  summary: string[]
}

/** Thrown for every refusal, and for a server that cannot be reached. */
export class Refused extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

export const OFFLINE: Problem = {
  code: 'offline',
  detail: 'The server cannot be reached.',
  hint: 'Check that asklake is running and that you are online.',
}

const KEY = 'asklake-key'

/** The key this tab was given, for servers that ask for one; it is forgotten with the tab. */
export function givenKey(): string | null {
  return sessionStorage.getItem(KEY)
}

export function giveKey(key: string): void {
  sessionStorage.setItem(KEY, key)
}

/** Reads a JSON resource. */
export function fetchJson<T>(path: string): Promise<T> {
  return send<T>('GET', path)
}

/** Sends a request; gives the JSON body of the answer, undefined when it has none. */
export async function send<T>(method: string, path: string, body?: object): Promise<T> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const response = await reach(path, { method, ...sent })
  if (!response.ok) throw new Refused(await problemOf(response))
  return (response.status === 204 ? undefined : await response.json()) as T
}

/** A file's bytes, for downloads that need a key. */
export async function fetchBlob(path: string): Promise<Blob> {
  const response = await reach(path, {})
  if (!response.ok) throw new Refused(await problemOf(response))
  return response.blob()
}

/** POST and read the answer's events; `onStep` hears each step as it begins. */
export async function ask(
  path: string,
  body: object,
  { onStep, signal }: { onStep?: (step: string) => void; signal?: AbortSignal } = {},
): Promise<Answer> {
  const headers = { accept: 'text/event-stream' }
  const response = await reach(path, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  })
  if (!response.ok || response.body === null) throw new Refused(await problemOf(response))
  for await (const { event, data } of eventsOf(response.body)) {
    if (event === 'answer') return data
    if (event === 'problem') throw new Refused(data)
    if (data.state === 'start') onStep?.(data.step)
  }
  throw new Refused(OFFLINE)
}

async function reach(path: string, options: RequestInit): Promise<Response> {
  const key = givenKey()
  const headers = {
    ...(options.body ? { 'content-type': 'application/json' } : {}),
    ...(key ? { authorization: `Bearer ${key}` } : {}),
    ...options.headers,
  }
  try {
    return await fetch(path, { ...options, headers })
  } catch (thrown) {
    if (options.signal?.aborted) throw thrown
    throw new Refused(OFFLINE)
  }
}

/** A gateway's own error pages are no problem bodies. */
async function problemOf(response: Response): Promise<Problem> {
  if (response.headers.get('content-type')?.includes('problem+json')) return response.json() as Promise<Problem>
  return { code: 'internal', detail: `The server answered ${response.status}.`, hint: 'Try again in a moment.' }
}

type ServerEvent =
  | { event: 'step'; data: { step: string; state: 'start' | 'end' } }
  | { event: 'problem'; data: Problem }
  | { event: 'answer'; data: Answer }

async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
  let text = ''
  for (;;) {
    const { done, value } = await readOn(reader)
    if (done) return
    text += value
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) yield parseEvent(part)
  }
}

/** A connection that breaks in the middle is a server that cannot be reached. */
async function readOn(reader: ReadableStreamDefaultReader<string>) {
  try {
    return await reader.read()
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown
    throw new Refused(OFFLINE)
  }
}

function parseEvent(part: string): ServerEvent {
  const lines = part.split('\n')
  const field = (name: string) =>
    lines
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trim())
      .join('\n')
  return { event: field('event'), data: JSON.parse(field('data') || 'null') } as ServerEvent
}

/** The parts of an answer the page shows; the whole is in /openapi.json. */
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
  findings: { code: string; level: string; text: string }[]
  confidence: number
  alternatives: { sql: string; reading: string }[]
  plan: { cached: boolean; model: string }
  timings_ms: Record<string, number>
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

export interface DatasetCatalog {
  tables: { name: string; rows: number; columns: { name: string; type: string; role: string; distinct: number }[] }[]
}

/** Thrown for every refusal, and for a server that cannot be reached. */
export class Refused extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

const OFFLINE: Problem = {
  code: 'offline',
  detail: 'The server cannot be reached.',
  hint: 'Check that asklake is running, then ask again.',
}

/** GET a JSON resource. */
export async function fetchJson<T>(path: string): Promise<T> {
  const response = await reach(path, {})
  if (!response.ok) throw new Refused(await response.json())
  return response.json() as Promise<T>
}

/** POST and read the answer's events; `onStep` hears each step as it begins. */
export async function ask(path: string, body: object, onStep: (step: string) => void): Promise<Answer> {
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
  const response = await reach(path, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok || response.body === null) throw new Refused(await response.json())
  for await (const { event, data } of eventsOf(response.body)) {
    if (event === 'answer') return data
    if (event === 'problem') throw new Refused(data)
    if (data.state === 'start') onStep(data.step)
  }
  throw new Refused(OFFLINE)
}

async function reach(path: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(path, options)
  } catch {
    throw new Refused(OFFLINE)
  }
}

type ServerEvent =
  | { event: 'step'; data: { step: string; state: 'start' | 'end' } }
  | { event: 'problem'; data: Problem }
  | { event: 'answer'; data: Answer }

async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    text += value
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) yield parseEvent(part)
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

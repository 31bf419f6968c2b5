import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { confined, isReadableByAll } from '../confine.ts'
import { Refusal } from '../refusal.ts'
import { SETTINGS } from '../settings.ts'
import type { PaintReply, PaintRequest } from './child.ts'
import type { PaintOptions } from './paint.ts'
import type { VegaLiteSpec } from './spec.ts'

export interface RenderOptions extends PaintOptions {
  /** Setting `chart_timeout_ms`. */
  timeout_ms?: number
}

/** The chart as SVG text, drawn in a process of its own. Refuses with `chart-timeout`. */
export async function renderSvg(spec: VegaLiteSpec, options: RenderOptions = {}): Promise<string> {
  return (await ask('svg', spec, options)) as string
}

/** The chart as PNG bytes, drawn in a process of its own. Refuses with `chart-timeout`. */
export async function renderPng(spec: VegaLiteSpec, options: RenderOptions = {}): Promise<Uint8Array> {
  return (await ask('png', spec, options)) as Uint8Array
}

interface Waiting {
  resolve(picture: string | Uint8Array): void
  reject(error: Error): void
  timer: NodeJS.Timeout
}

interface Painter {
  child: ChildProcess
  /** False until its first reply: until then its own start counts too. */
  warm: boolean
  waiting: Map<number, Waiting>
}

/** Kept warm between charts: starting it costs more than drawing. It never holds up the end of the program. */
let painter: Painter | undefined
let lastId = 0

/** Starting the process takes half a second, on a loaded machine several. */
const START_MS = 20_000

function ask(form: 'svg' | 'png', spec: VegaLiteSpec, options: RenderOptions): Promise<string | Uint8Array> {
  const { timeout_ms = SETTINGS.chart_timeout_ms.default, ...paint } = options
  painter ??= startPainter()
  const { child, waiting, warm } = painter
  const id = ++lastId
  const request: PaintRequest = { id, form, spec, options: paint }
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), timeout_ms + (warm ? 0 : START_MS))
    waiting.set(id, { resolve, reject, timer })
    child.ref()
    child.channel?.ref()
    const unsent = (error: Error) => settle(child, waiting, id, (one) => one.reject(error))
    try {
      child.send(request, (error) => error !== null && unsent(error))
    } catch (problem) {
      unsent(new Error(`the chart could not be sent: ${(problem as Error).message}`))
    }
  })
}

/** Twice what drawing the largest answer takes; beyond it the process ends instead of the machine. */
const PAINTER_MB = 1500

function startPainter(): Painter {
  const source = import.meta.url.endsWith('.ts')
  const entry = fileURLToPath(new URL(source ? './child.ts' : './chart-child.js', import.meta.url))
  const loader = source ? ['--import', import.meta.resolve('tsx')] : []
  const limits = { memory_mb: PAINTER_MB, nobody: isReadableByAll(entry) }
  const { program, args, options } = confined([...loader, '--max-old-space-size=512', entry], limits)
  const child = spawn(program, args, {
    ...options,
    cwd: '/',
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const waiting = new Map<number, Waiting>()
  const made: Painter = { child, warm: false, waiting }
  child.on('message', (reply: PaintReply) => {
    made.warm = true
    settle(child, waiting, reply.id, (one) => {
      if ('error' in reply) one.reject(new Error(`the chart could not be drawn: ${reply.error}`))
      else one.resolve(reply.picture)
    })
  })
  child.on('exit', () => {
    if (painter?.child === child) painter = undefined
    const gone = new Refusal('chart-timeout', 'Drawing the chart took too long.')
    for (const id of [...waiting.keys()]) settle(child, waiting, id, (one) => one.reject(gone))
  })
  return made
}

function settle(child: ChildProcess, waiting: Map<number, Waiting>, id: number, finish: (one: Waiting) => void): void {
  const one = waiting.get(id)
  if (one === undefined) return
  waiting.delete(id)
  clearTimeout(one.timer)
  finish(one)
  if (waiting.size > 0) return
  child.unref()
  child.channel?.unref()
}

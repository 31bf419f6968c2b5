import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { serve } from '@hono/node-server'
import { openLanguageModel } from '../../src/llm.ts'
import { Refusal } from '../../src/refusal.ts'
import { readSettings } from '../../src/settings.ts'
import { isLocal } from '../api/admission.ts'
import { createModelServer } from '../model.ts'
import { openTracer, otlpOf, otlpSender } from '../observe/trace.ts'
import { readPrompts } from '../prompts.ts'
import { fail } from './fail.ts'

const HELP = `asklake model serve --weights FOLDER

Serves a language model over HTTP: OpenAI's /v1/chat/completions, /v1/draft, /v1/models, /healthz, /metrics.
FOLDER has the layout of Hugging Face's ONNX exports. Settings: the llm_ ones of docs/settings.md, PORT and ASKLAKE_HOST.
`

/** Longest wait for requests under way when the server is stopped. */
const STOP_MS = 30_000

/** `asklake model serve`: until SIGINT or SIGTERM; what was begun is finished first. */
export async function runModel(args: string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { weights: { type: 'string' }, help: { type: 'boolean' } },
      allowPositionals: true,
    })
    if (values.help === true || positionals[0] !== 'serve' || values.weights === undefined) {
      ;(values.help ? process.stdout : process.stderr).write(HELP)
      return values.help ? 0 : 2
    }
    const settings = readSettings()
    if (settings.llm_key === '' && !isLocal(settings.host))
      throw new Refusal(
        'bad-setting',
        `Without llm_key only this machine is served, and ${settings.host} is reached by others.`,
      )
    const prompts = readPrompts(settings.llm_prompt)
    const model = await openLanguageModel({ weights: resolve(values.weights), settings })
    const otlp = otlpOf(process.env)
    const tracer = otlp
      ? openTracer({
          send: otlpSender(otlp, 5000),
          now: () => performance.timeOrigin + performance.now(),
          dropped: () => {},
          resource: { 'service.name': `${otlp.service}-model` },
        })
      : null
    const warn = (problem: unknown) =>
      void process.stderr.write(`${JSON.stringify({ level: 'warn', problem: String(problem) })}\n`)
    const door = createModelServer({
      model,
      prompts,
      settings,
      now: () => new Date(),
      newId: () => randomUUID(),
      warn,
      tracer,
    })
    const server = serve({ fetch: door.fetch, port: settings.port, hostname: settings.host }, ({ port }) => {
      process.stdout.write(`asklake serves ${model.id} on http://${settings.host}:${port}/v1\n`)
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
    })
    await Promise.race([door.stop(), new Promise((resolve) => void setTimeout(resolve, STOP_MS).unref())])
    server.close()
    await tracer?.flush()
    await model.close()
    return 0
  } catch (thrown) {
    return fail(thrown)
  }
}

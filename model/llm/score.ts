/**
 * Command: how often the small text model writes exactly the wanted SQL, greedily.
 * `node --import tsx model/llm/score.ts .cache/llm-dev.jsonl [--most 300]`; prints one JSON line.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openLanguageModel } from '../../src/llm.ts'
import { readSettings } from '../../src/settings.ts'

interface Line {
  system: string
  pairs: { user: string; sql: string }[]
}

const { values: args, positionals } = parseArgs({
  options: { most: { type: 'string', default: '300' } },
  allowPositionals: true,
})
const model = await openLanguageModel({ weights: join(import.meta.dirname, 'weights'), settings: readSettings() })
const lines = readFileSync(positionals[0] ?? '.cache/llm-dev.jsonl', 'utf8')
  .split('\n')
  .filter(Boolean)
const pairs = lines
  .map((line) => JSON.parse(line) as Line)
  .flatMap(({ system, pairs: own }) => own.map((pair) => ({ system, ...pair })))
  .slice(0, Number(args.most))
const request = { maxTokens: 120, texts: 1, beams: false, temperature: 0, topP: 1, topK: 0, seed: 0, stop: [] }

const right = await Promise.all(
  pairs.map(async ({ system, user, sql }) => {
    const messages = [
      { role: 'system' as const, content: system },
      { role: 'user' as const, content: user },
    ]
    const [written] = await model.write({ ...request, prompt: model.tokens.encode(model.chat(messages)) })
    if (process.env['SHOW'] !== undefined) process.stderr.write(`${user}\n  ${written?.text}\n  ${sql}\n`)
    return written?.text === sql
  }),
)
const exact = right.filter(Boolean).length
process.stdout.write(
  `${JSON.stringify({ questions: pairs.length, exact, share: Math.round((1000 * exact) / pairs.length) / 1000 })}\n`,
)
await model.close()

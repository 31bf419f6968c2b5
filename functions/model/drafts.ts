import type { Hono } from 'hono'
import { z } from 'zod'
import type { Catalog, Column } from '../../src/catalog.ts'
import { sqlGrammar } from '../../src/draft/large/grammar.ts'
import { shownSchema } from '../../src/draft/large/schema.ts'
import { messagesOf } from '../../src/draft/large.ts'
import { link } from '../../src/link.ts'
import type { Grammar } from '../../src/llm/grammar.ts'
import type { ModelDoor } from '../model.ts'
import { readBody } from './asked.ts'

const name = z.string().min(1).max(300)
const words = z.array(z.string().max(300)).max(50).default([])

const COLUMN = z.object({
  name,
  type: z.string().max(300).default('VARCHAR'),
  kind: z.enum(['text', 'number', 'date', 'bool', 'other']),
  title: z.string().max(300).optional(),
  description: z.string().max(2000).optional(),
  synonyms: words,
  values: z.array(z.string().max(300)).max(5000).default([]),
})
const SIDE = z.object({ table: name, columns: z.array(name).min(1) })
const DRAFT = z.object({
  question: z.string().trim().min(1).max(2000),
  catalog: z.object({
    tables: z
      .array(
        z.object({
          name,
          rows: z.int().default(0),
          primaryKey: z.array(name).default([]),
          synonyms: words,
          columns: z.array(COLUMN).min(1).max(2000),
        }),
      )
      .min(1)
      .max(1000),
    joins: z.array(z.object({ from: SIDE, to: SIDE })).default([]),
  }),
  examples: z
    .array(z.object({ question: z.string(), sql: z.string() }))
    .max(20)
    .default([]),
  /** Beams, and drafts given at most. */
  beams: z.int().min(1).max(16).default(4),
  today: z.iso.date().optional(),
})

/**
 * `POST /v1/draft`: a question and a catalog (names, types, joins, and values if wanted) give drafts, best first, each a
 * statement over that catalog with its log-probability. Nothing has been run.
 */
export function addDrafts(app: Hono, door: ModelDoor, compile: (text: string) => Grammar): void {
  app.post('/v1/draft', async (context) => {
    const { question, beams, examples, ...asked } = readBody(DRAFT, await context.req.json().catch(() => null))
    const { model, settings, prompts } = door
    const catalog = catalogOf(asked.catalog)
    const links = link(question, catalog)
    const today = asked.today ?? door.now().toISOString().slice(0, 10)
    const prompt = { prompts, settings, examples: async () => examples }
    const messages = await messagesOf(prompt, question, catalog, links, today)
    const written = await model.write(
      {
        prompt: model.tokens.encode(model.chat(messages)),
        maxTokens: settings.llm_max_tokens,
        texts: beams,
        beams: true,
        temperature: 0,
        topP: 1,
        topK: 0,
        seed: 0,
        stop: [],
        grammar: compile(sqlGrammar(shownSchema(catalog, links, settings.llm_schema_tokens))),
      },
      { signal: context.req.raw.signal },
    )
    // What was cut off by its length is no statement.
    const whole = written.filter(({ finish }) => finish === 'stop')
    return context.json({ model: model.id, drafts: whole.map(({ text, score }) => ({ sql: text, score })) })
  })
}

/** The parts of a catalog that linking and prompts read; nothing of it is a file. */
function catalogOf({ tables, joins }: z.infer<typeof DRAFT>['catalog']): Catalog {
  return {
    dataset: 'asked',
    tables: tables.map(({ columns, ...table }) => ({
      ...table,
      columns: columns.map(columnOf),
      source: { format: 'csv', files: [], options: {}, bytes: 0 },
    })),
    joins: joins.map((join) => ({ ...join, source: 'declared', inclusion: 1 })),
    metrics: [],
    questions: [],
    fingerprint: { schema: '', data: '' },
    notes: [],
  }
}

function columnOf({ title, description, ...column }: z.infer<typeof COLUMN>): Column {
  return {
    ...column,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    role: 'text',
    nullShare: 0,
    distinct: column.values.length,
    frequent: column.values.slice(0, 12).map((value) => ({ value, count: 1 })),
  }
}

import { z } from '@hono/zod-openapi'
import { CHART_KINDS } from '../../src/chart/wish.ts'
import { DRIFTS, type Drift } from '../../src/drift.ts'
import { EditSchema, ReadingSchema } from './edits.ts'

const cell: z.ZodType = z
  .any()
  .openapi({ description: 'A JSON-safe value: big integers and decimals are strings, dates ISO 8601.' })

export const AskBody = z
  .object({
    question: z.string().optional().openapi({ example: 'total freight by ship country, top 5' }),
    dataset: z.string().optional().openapi({ example: 'northwind' }),
    chart: z.enum(CHART_KINDS).optional().openapi({ description: 'Chart kind wanted; always honoured.' }),
    limit: z.number().int().min(1).optional().openapi({ description: 'Most rows wanted.', example: 100 }),
    previous: z.string().max(64).optional().openapi({ description: 'Id of the answer this question follows up.' }),
    edits: z.array(EditSchema).min(1).max(20).optional().openapi({
      description: 'Changes of the previous answer’s plan, made without the model; `question` is not needed.',
    }),
    language: z.enum(['en', 'zh']).optional(),
  })
  .strict()
  .refine(({ question, edits }) => question !== undefined || edits !== undefined, {
    message: 'question is required',
    path: ['question'],
  })
  .refine(({ previous, edits }) => edits === undefined || previous !== undefined, {
    message: 'edits need previous',
    path: ['previous'],
  })
  .openapi('Ask')

export const SqlBody = z
  .object({
    dataset: z.string().optional(),
    sql: z.string().openapi({ example: 'SELECT count(*) FROM orders' }),
    question: z.string().optional().openapi({ description: 'What the SQL answers; the title of its chart.' }),
    chart: z.enum(CHART_KINDS).optional(),
    limit: z.number().int().min(1).optional(),
  })
  .strict()
  .openapi('Sql')

export const FeedbackBody = z
  .object({ verdict: z.enum(['up', 'down']), comment: z.string().max(2000).optional() })
  .strict()
  .openapi('Feedback')

export const FindingSchema = z
  .object({
    code: z.string(),
    level: z.enum(['info', 'warning']),
    text: z.string(),
    rewrite: z.object({ from: z.string(), to: z.string(), sql: z.string() }).optional(),
  })
  .openapi('Finding')

export const AnswerSchema = z
  .object({
    id: z.string(),
    question: z.string(),
    dataset: z.string(),
    sql: z.string(),
    columns: z.array(z.object({ name: z.string(), type: z.string() })),
    rows: z.array(z.array(cell)),
    row_count: z.number().int(),
    truncated: z.boolean(),
    chart: z.record(z.string(), z.any()).nullable().openapi({ description: 'A Vega-Lite v6 spec with its data.' }),
    explanation: z.string(),
    findings: z.array(FindingSchema),
    confidence: z.number().min(0).max(1),
    alternatives: z.array(z.object({ sql: z.string(), reading: z.string() })),
    reading: ReadingSchema.optional().openapi({ description: 'The plan’s parts and what each may be changed to.' }),
    plan: z.object({
      key: z.string(),
      cached: z.boolean(),
      model: z.string(),
      catalog: z.string(),
      verified: z.string().optional().openapi({ description: 'Id of the verified question that gave the SQL.' }),
    }),
    timings_ms: z.record(z.string(), z.number()),
  })
  .openapi('Answer')

export const ProblemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    hint: z.string(),
    suggestions: z.array(z.string()).optional(),
    retry_s: z.number().int().optional(),
  })
  .openapi('Problem')

export const DatasetsSchema = z
  .object({
    datasets: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        tables: z.number().int(),
        questions: z.array(z.string()),
        problem: z.string().optional(),
      }),
    ),
  })
  .openapi('Datasets')

export const CatalogSchema = z
  .object({
    dataset: z.string(),
    tables: z.array(
      z.object({ name: z.string(), rows: z.number(), columns: z.array(z.record(z.string(), z.any())) }).loose(),
    ),
    joins: z.array(z.record(z.string(), z.any())),
  })
  .loose()
  .openapi('Catalog')

const Change = z.object({ path: z.string(), change: z.enum(['added', 'removed', 'changed']) })

export const ReplaySchema = z
  .object({
    of: z.string(),
    asked_at: z.string().nullable(),
    answer: AnswerSchema.nullable(),
    changed: z.object({
      data: z.object({ changed: z.boolean(), files: z.array(Change).nullable() }),
      rows: z.object({
        changed: z.boolean(),
        before: z.number().int(),
        after: z.number().int().nullable(),
        added: z.array(z.array(cell)),
        removed: z.array(z.array(cell)),
      }),
      plan: z.object({ changed: z.boolean(), sql: z.string(), refused: z.string().nullable() }),
      model: z.object({ changed: z.boolean(), before: z.string(), now: z.string() }),
    }),
    summary: z.array(z.string()).openapi({ description: 'The changes as sentences; empty when nothing changed.' }),
  })
  .openapi('Replay')

export const RecordsSchema = z.array(z.record(z.string(), cell)).openapi('Records')

const words = z.string().min(1).max(2000)
const paraphrases = z.array(words).max(50)

export const VerifiedBody = z
  .object({
    question: words.openapi({ example: 'revenue by month' }),
    sql: z.string().min(1),
    paraphrases: paraphrases.optional().openapi({ description: 'Other wordings that mean the same.' }),
    chart: z.enum(CHART_KINDS).nullable().optional(),
  })
  .strict()
  .openapi('VerifiedNew')

export const VerifiedEditBody = VerifiedBody.partial().strict().openapi('VerifiedEdit')

export const VerifiedSchema = z
  .object({
    id: z.string(),
    dataset: z.string(),
    question: z.string(),
    paraphrases: z.array(z.string()),
    sql: z.string(),
    chart: z.string().nullable(),
    linked: z.array(z.record(z.string(), z.any())),
    origin: z.string().openapi({ description: 'Id of the model that drafted the SQL, or "person".' }),
    schema: z.string(),
    result: z.object({ columns: z.array(z.string()), rows: z.number().int(), digest: z.string(), data: z.string() }),
    today: z.string().optional(),
    approved_at: z.string(),
    edited_at: z.string().optional(),
    by: z.string().optional(),
  })
  .openapi('Verified')

export const VerifiedListSchema = z.object({ verified: z.array(VerifiedSchema) }).openapi('VerifiedList')

export const DriftsSchema = z
  .object({
    drifts: z.array(
      z.object({
        id: z.string(),
        question: z.string(),
        drift: z.enum(Object.keys(DRIFTS) as [Drift, ...Drift[]]),
        detail: z.string(),
      }),
    ),
  })
  .openapi('Drifts')

export const UnderWaySchema = z
  .object({ id: z.string(), state: z.literal('running'), step: z.string().nullable(), started_at: z.string() })
  .openapi('UnderWay')

export const ProfileSchema = z
  .object({
    table: z.string(),
    columns: z.array(
      z.object({
        name: z.string(),
        bins: z
          .array(z.object({ from: z.string(), to: z.string(), count: z.number().int() }))
          .openapi({ description: 'Equal widths from the smallest value to the largest.' }),
      }),
    ),
  })
  .openapi('Profile')

export const EmbedBody = z
  .object({
    dataset: z.string().optional(),
    question: words
      .optional()
      .openapi({ description: 'Pins this question: its answer is made anew at every refresh.' }),
    answer: z.string().max(64).optional().openapi({ description: 'Pins the SQL of this kept answer.' }),
    chart: z.enum(CHART_KINDS).optional(),
    limit: z.number().int().min(1).optional(),
    refresh_s: z.number().int().min(10).max(86_400).optional().openapi({ description: 'Seconds between refreshes.' }),
    expires_in_s: z.number().int().min(60).optional(),
  })
  .strict()
  .openapi('EmbedNew')

export const EmbedSchema = z
  .object({
    url: z.string(),
    csv_url: z.string().nullable(),
    iframe: z.string(),
    panel: z.string(),
    expires_at: z.string(),
  })
  .openapi('Embed')

export const PanelSchema = z
  .object({
    dataset: z.string(),
    title: z.string(),
    pinned: z.boolean(),
    refresh_s: z.number().int().nullable(),
    expires_at: z.string(),
    questions: z.array(z.string()),
  })
  .openapi('Panel')

export const FORMATS = ['json', 'records', 'csv', 'parquet', 'arrow', 'png', 'svg', 'vega-lite'] as const

export type Format = (typeof FORMATS)[number]

import { z } from '@hono/zod-openapi'
import { CHART_KINDS } from '../../src/chart/wish.ts'

const cell: z.ZodType = z
  .any()
  .openapi({ description: 'A JSON-safe value: big integers and decimals are strings, dates ISO 8601.' })

export const AskBody = z
  .object({
    question: z.string().openapi({ example: 'total freight by ship country, top 5' }),
    dataset: z.string().optional().openapi({ example: 'northwind' }),
    chart: z.enum(CHART_KINDS).optional().openapi({ description: 'Chart kind wanted; always honoured.' }),
    limit: z.number().int().min(1).optional().openapi({ description: 'Most rows wanted.', example: 100 }),
    previous: z.string().max(64).optional().openapi({ description: 'Id of the answer this question follows up.' }),
    language: z.enum(['en', 'zh']).optional(),
  })
  .strict()
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
  .object({ code: z.string(), level: z.enum(['info', 'warning']), text: z.string() })
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
    plan: z.object({ key: z.string(), cached: z.boolean(), model: z.string(), catalog: z.string() }),
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

export const FORMATS = ['json', 'csv', 'parquet', 'arrow', 'png', 'svg', 'vega-lite'] as const

export type Format = (typeof FORMATS)[number]

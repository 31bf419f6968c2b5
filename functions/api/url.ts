import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type Answer, answer, plannedFor } from '../../src/answer.ts'
import { digest } from '../../src/catalog/fingerprint.ts'
import { CHART_KINDS } from '../../src/chart/wish.ts'
import { type Question, readQuestion } from '../../src/question.ts'
import type { Deployment } from '../effects.ts'
import { documented } from './documented.ts'
import { OTHER_TYPES, written } from './format.ts'
import { AnswerSchema, FORMATS, type Format, RecordsSchema } from './schemas.ts'
import { isKnown, tagOf, unchanged } from './tag.ts'

/** What a URL may ask; the same as a body, as text. */
export const AskQuery = z.object({
  question: z.string().openapi({ example: 'total freight by ship country, top 5' }),
  dataset: z.string().optional().openapi({ example: 'northwind' }),
  chart: z.enum(CHART_KINDS).optional().openapi({ description: 'Chart kind wanted, for png, svg and vega-lite.' }),
  limit: z.coerce.number().int().min(1).optional().openapi({ description: 'Most rows wanted.', example: 100 }),
  language: z.enum(['en', 'zh']).optional(),
})

/** A question as an address: what spreadsheets, BI tools and notebooks fetch. */
const PATHS: { path: string; format: Format; what: string }[] = [
  { path: '/v1/ask.csv', format: 'csv', what: 'CSV with a header line' },
  {
    path: '/v1/ask.json',
    format: 'records',
    what: 'a JSON list with an object per row (Grafana Infinity, Power Query, pandas)',
  },
  { path: '/v1/ask.parquet', format: 'parquet', what: 'a Parquet file' },
  { path: '/v1/ask.arrow', format: 'arrow', what: 'an Arrow IPC stream' },
]

/** GET /v1/ask in any format, and /v1/ask.csv, .json, .parquet, .arrow. */
export function addUrls(app: OpenAPIHono): void {
  const any = {
    method: 'get',
    path: '/v1/ask',
    summary: 'A question as an address, answered in any format (JSON when none is named).',
    query: AskQuery.extend({ format: z.enum(FORMATS).optional() }),
    answer: z.union([AnswerSchema, RecordsSchema]),
    others: OTHER_TYPES,
    tagged: true,
  } as const
  documented(app, any, (context, { query, deployment }) =>
    answerUrl(
      context,
      deployment,
      query as z.infer<typeof AskQuery>,
      (query['format'] as Format | undefined) ?? 'json',
    ),
  )
  for (const { path, format, what } of PATHS) {
    const route = {
      method: 'get',
      path,
      summary: `A question as an address, answered as ${what}. Changes only when plan or data do: send its ETag as If-None-Match.`,
      query: AskQuery,
      ...(format === 'records' ? { answer: RecordsSchema } : { media: MEDIA[format] ?? 'application/octet-stream' }),
      tagged: true,
    } as const
    documented(app, route, (context, { query, deployment }) =>
      answerUrl(context, deployment, query as z.infer<typeof AskQuery>, format),
    )
  }
}

const MEDIA: Partial<Record<Format, string>> = {
  csv: 'text/csv',
  parquet: 'application/vnd.apache.parquet',
  arrow: 'application/vnd.apache.arrow.stream',
}

async function answerUrl(
  context: Context,
  deployment: Deployment,
  asked: z.infer<typeof AskQuery>,
  format: Format,
): Promise<Response> {
  const { effects } = deployment
  const question = readQuestion(asked, await effects.catalogs.names(), effects.settings)
  return taggedAnswer(context, deployment, { question, format })
}

/**
 * A question's answer, or 304 when the asker has it. While plan and files stay the same nothing is run to find that out; SQL that
 * speaks of now, today or chance is run every time and compared by its rows. Whole answers are tagged weakly: their ids and times differ.
 */
export async function taggedAnswer(
  context: Context,
  deployment: Deployment,
  { question, format }: { question: Question; format: Format },
): Promise<Response> {
  const { effects } = deployment
  const weak = format === 'json' ? 'W/' : ''
  const tag = (of: { sql: string; data: string; rows: unknown }) =>
    `${weak}${tagOf('url', question, format, deployment.version, of)}`
  if (context.req.header('if-none-match') !== undefined) {
    const { plan, catalog } = await plannedFor(question, effects)
    const known = plan && tag({ sql: plan.sql, data: catalog.fingerprint.data, rows: null })
    if (known !== undefined && !VOLATILE.test(plan?.sql ?? '') && isKnown(context, known)) {
      return unchanged(context, known) as Response
    }
  }
  const made = await answer(question, effects, { signal: context.req.raw.signal })
  const rows = VOLATILE.test(made.sql) ? digest(made.rows) : null
  const same = unchanged(context, tag({ sql: made.sql, data: made.plan.catalog, rows }))
  return same ?? written(context, made, { format, name: fileName(made) })
}

/** Words of SQL whose value is another the next time; one that only stands in a text costs a run, no wrong answer. */
const VOLATILE =
  /\b(now|today|random|setseed|uuid|uuidv4|uuidv7|gen_random_uuid|age|current_\w+|get_current_\w+|localtime|localtimestamp|transaction_timestamp)\b/i

/** The question as a plain file name. */
function fileName({ question, id }: Answer): string {
  const plain = question
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
  return plain || id
}

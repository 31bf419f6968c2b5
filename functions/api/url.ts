import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { answer, plannedFor } from '../../src/answer.ts'
import { digest } from '../../src/catalog/fingerprint.ts'
import { CHART_KINDS } from '../../src/chart/wish.ts'
import { type Question, readQuestion } from '../../src/question.ts'
import type { Deployment } from '../effects.ts'
import { documented } from './documented.ts'
import { headed, isFile, OTHER_TYPES, wholeFile, written } from './format.ts'
import { asksForPart, sendPart, type WrittenFiles } from './range.ts'
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

/** GET /v1/ask in any format, and /v1/ask.csv, .json, .parquet, .arrow. Without `files` nothing is sent in parts. */
export function addUrls(app: OpenAPIHono, files?: WrittenFiles): void {
  const any = {
    method: 'get',
    path: '/v1/ask',
    summary: 'A question as an address, answered in any format (JSON when none is named).',
    query: AskQuery.extend({ format: z.enum(FORMATS).optional() }),
    answer: z.union([AnswerSchema, RecordsSchema]),
    others: OTHER_TYPES,
    tagged: true,
    ranged: true,
  } as const
  documented(app, any, async (context, { query, deployment }) => {
    const format = (query['format'] as Format | undefined) ?? 'json'
    return taggedAnswer(context, deployment, { ...(await asked(query, deployment)), format, files })
  })
  for (const { path, format, what } of PATHS) {
    const route = {
      method: 'get',
      path,
      summary: `A question as an address, answered as ${what}. Changes only when plan or data do: send its ETag as If-None-Match.`,
      query: AskQuery,
      ...(format === 'records' ? { answer: RecordsSchema } : { media: MEDIA[format] ?? 'application/octet-stream' }),
      tagged: true,
      ranged: true,
    } as const
    documented(app, route, async (context, { query, deployment }) =>
      taggedAnswer(context, deployment, { ...(await asked(query, deployment)), format, files }),
    )
  }
}

const MEDIA: Partial<Record<Format, string>> = {
  csv: 'text/csv',
  parquet: 'application/vnd.apache.parquet',
  arrow: 'application/vnd.apache.arrow.stream',
}

async function asked(query: Record<string, unknown>, { effects }: Deployment): Promise<{ question: Question }> {
  const text = query as z.infer<typeof AskQuery>
  return { question: readQuestion(text, await effects.catalogs.names(), effects.settings) }
}

/** What a tagged answer is of, and where files read in parts are kept meanwhile. */
interface Wanted {
  question: Question
  format: Format
  files?: WrittenFiles | undefined
}

/**
 * A question's answer, or 304 when the asker has it. While plan and files stay the same nothing is run to find that out; SQL that
 * speaks of now, today or chance is run every time and compared by its rows. Whole answers are tagged weakly: their ids and times differ.
 */
export async function taggedAnswer(context: Context, deployment: Deployment, wanted: Wanted): Promise<Response> {
  const { effects } = deployment
  const { question, format } = wanted
  const files = isFile(format) ? wanted.files : undefined
  const weak = format === 'json' ? 'W/' : ''
  const tag = (of: { sql: string; data: string; rows: unknown }) =>
    `${weak}${tagOf('url', question, format, deployment.version, of)}`
  const inParts = files !== undefined && asksForPart(context)
  if (inParts || context.req.header('if-none-match') !== undefined) {
    const { plan, catalog } = await plannedFor(question, effects)
    const known = plan && tag({ sql: plan.sql, data: catalog.fingerprint.data, rows: null })
    if (known !== undefined && !VOLATILE.test(plan?.sql ?? '')) {
      if (isKnown(context, known)) return unchanged(context, known) as Response
      const bytes = inParts ? files.get(context, known) : undefined
      if (bytes) return sendFile(context, { format, name: fileName(question.text) }, known, bytes)
    }
  }
  const made = await answer(question, effects, { signal: context.req.raw.signal })
  const rows = VOLATILE.test(made.sql) ? digest(made.rows) : null
  const current = tag({ sql: made.sql, data: made.plan.catalog, rows })
  const same = unchanged(context, current)
  if (same) return same
  const named = { format, name: fileName(made.question) || made.id }
  if (rows !== null || files === undefined) return written(context, made, named)
  context.header('Accept-Ranges', 'bytes')
  if (!inParts) return written(context, made, named)
  const bytes = wholeFile(made, format)
  files.keep(context, current, bytes)
  return sendFile(context, named, current, bytes)
}

function sendFile(context: Context, named: { format: Format; name: string }, tag: string, bytes: Uint8Array): Response {
  unchanged(context, tag)
  headed(context, named.format, named.name)
  return sendPart(context, tag, bytes as Uint8Array<ArrayBuffer>)
}

/** Words of SQL whose value is another the next time; one that only stands in a text costs a run, no wrong answer. */
const VOLATILE =
  /\b(now|today|random|setseed|uuid|uuidv4|uuidv7|gen_random_uuid|age|current_\w+|get_current_\w+|localtime|localtimestamp|transaction_timestamp)\b/i

/** The question as a plain file name; empty when it has no sign that fits one. */
function fileName(question: string): string {
  return question
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
}

import type { Context } from 'hono'
import type { Answer } from '../../src/answer.ts'
import { renderPng, renderSvg } from '../../src/chart/render.ts'
import type { VegaLiteSpec } from '../../src/chart.ts'
import { toArrow } from '../../src/export/arrow.ts'
import { toCsv } from '../../src/export/csv.ts'
import { toParquet } from '../../src/export/parquet.ts'
import { Refusal } from '../../src/refusal.ts'
import type { Format } from './schemas.ts'

/** Each format's media type and how an answer becomes it. */
const WRITERS: Record<Format, { type: string; write(answer: Answer, scale: number): Promise<string | Uint8Array> }> = {
  json: { type: 'application/json', write: async (answer) => JSON.stringify(answer) },
  csv: { type: 'text/csv; charset=utf-8', write: async (answer) => toCsv(answer) },
  parquet: { type: 'application/vnd.apache.parquet', write: async (answer) => toParquet(answer) },
  arrow: { type: 'application/vnd.apache.arrow.stream', write: async (answer) => toArrow(answer) },
  png: { type: 'image/png', write: (answer, scale) => renderPng(chartOf(answer), { scale }) },
  svg: { type: 'image/svg+xml', write: (answer) => renderSvg(chartOf(answer), {}) },
  'vega-lite': { type: 'application/vnd.vegalite.v6+json', write: async (answer) => JSON.stringify(chartOf(answer)) },
}

/** The answer in the format named by `?format=`, else the first known one of Accept, else JSON. Files are offered for download under the answer's id. */
export async function formatResponse(
  context: Context,
  answer: Answer,
  wanted: { format?: Format; scale?: number },
): Promise<Response> {
  const format = wanted.format ?? acceptedFormat(context.req.header('accept') ?? '')
  const { type, write } = WRITERS[format]
  const body = await write(answer, wanted.scale ?? 1)
  const download = format === 'csv' || format === 'parquet' || format === 'arrow'
  return context.body(typeof body === 'string' ? body : new Uint8Array(body), 200, {
    'content-type': type,
    ...(download ? { 'content-disposition': `attachment; filename="${answer.id}.${format}"` } : {}),
  })
}

function acceptedFormat(accept: string): Format {
  const types = accept.split(',').map((part) => part.split(';')[0]?.trim() ?? '')
  const found = types.flatMap((type) =>
    (Object.keys(WRITERS) as Format[]).filter((format) => WRITERS[format].type.split(';')[0] === type),
  )
  return found[0] ?? 'json'
}

function chartOf(answer: Answer): VegaLiteSpec {
  if (answer.chart === null) throw new Refusal('no-chart', 'This answer is best read as a table; it has no chart.')
  return answer.chart
}

import type { Context } from 'hono'
import type { Answer } from '../../src/answer.ts'
import { renderPng, renderSvg } from '../../src/chart/render.ts'
import type { VegaLiteSpec } from '../../src/chart.ts'
import { arrowChunks } from '../../src/export/arrow.ts'
import { csvChunks } from '../../src/export/csv.ts'
import { jsonChunks, recordChunks } from '../../src/export/json.ts'
import { parquetChunks } from '../../src/export/parquet.ts'
import { SLICE } from '../../src/export/values.ts'
import { Refusal } from '../../src/refusal.ts'
import { asksForPart, sendPart } from './range.ts'
import type { Format } from './schemas.ts'
import { tagOf, unchanged } from './tag.ts'

type Chunk = string | Uint8Array

interface Writer {
  type: string
  /** Of the answer's rows: sent piece by piece, so that no second copy of a large answer is held. */
  chunks?(answer: Answer): Iterator<Chunk>
  /** Of the answer's chart, made whole. */
  draw?(spec: VegaLiteSpec, scale: number): Promise<Chunk>
}

/** Each format's media type and how an answer becomes it. */
const WRITERS: Record<Format, Writer> = {
  json: { type: 'application/json', chunks: jsonChunks },
  records: { type: 'application/json', chunks: recordChunks },
  csv: { type: 'text/csv; charset=utf-8', chunks: csvChunks },
  parquet: { type: 'application/vnd.apache.parquet', chunks: parquetChunks },
  arrow: { type: 'application/vnd.apache.arrow.stream', chunks: arrowChunks },
  png: { type: 'image/png', draw: (spec, scale) => renderPng(spec, { scale }) },
  svg: { type: 'image/svg+xml', draw: (spec) => renderSvg(spec, {}) },
  'vega-lite': { type: 'application/vnd.vegalite.v6+json', draw: async (spec) => JSON.stringify(spec) },
}

/** Media types an answer has besides JSON. */
export const OTHER_TYPES = [...new Set(Object.values(WRITERS).map(({ type }) => type.split(';')[0] ?? ''))].filter(
  (type) => type !== 'application/json',
)

/** What decides the bytes of a kept answer in a format: answers never change, the program that writes them may. */
export function answerTag(answer: Answer, format: Format, scale: number, version: string): string {
  return tagOf('answer', answer.id, format, scale, version)
}

/** A kept answer in the format named by `?format=`, else the first known one of Accept, else JSON; 304 when the asker has it already. Files are offered for download under the answer's id. */
export async function formatResponse(
  context: Context,
  answer: Answer,
  wanted: { format?: Format | undefined; scale?: number | undefined },
  version: string,
): Promise<Response> {
  const format = wanted.format ?? acceptedFormat(context.req.header('accept') ?? '')
  context.header('Vary', 'Accept', { append: true })
  const tag = answerTag(answer, format, wanted.scale ?? 1, version)
  const same = unchanged(context, tag)
  if (same) return same
  if (!isFile(format)) return written(context, answer, { format, scale: wanted.scale })
  context.header('Accept-Ranges', 'bytes')
  if (!asksForPart(context)) return written(context, answer, { format })
  headed(context, format, answer.id)
  return sendPart(context, tag, wholeFile(answer, format))
}

/** The answer in a format, without a tag. */
export async function written(
  context: Context,
  answer: Answer,
  { format, scale = 1, name = answer.id }: { format: Format; scale?: number | undefined; name?: string },
): Promise<Response> {
  const { chunks, draw } = WRITERS[format]
  headed(context, format, name)
  if (draw) return context.body(bodyOf(await draw(chartOf(answer), scale)))
  const pieces = (chunks as (answer: Answer) => Iterator<Chunk>)(answer)
  return context.body(answer.rows.length > SLICE ? streamed(pieces) : whole(pieces))
}

/** Says what the body is, and under which name it is kept. */
export function headed(context: Context, format: Format, name: string): void {
  context.header('Content-Type', WRITERS[format].type)
  if (format === 'csv' || format === 'parquet' || format === 'arrow') {
    context.header('Content-Disposition', `attachment; filename="${name}.${format}"`)
  }
}

/** Whether a format is a file of the rows, the same bytes whenever it is written of the same rows. */
export function isFile(format: Format): boolean {
  return WRITERS[format].chunks !== undefined && format !== 'json'
}

/** The answer's rows as one file. */
export function wholeFile(answer: Answer, format: Format): Uint8Array<ArrayBuffer> {
  return whole((WRITERS[format].chunks as (answer: Answer) => Iterator<Chunk>)(answer))
}

/** A stream that makes each piece only when the last one has gone out. */
export function streamed(pieces: Iterator<Chunk>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { done, value } = pieces.next()
        if (done) return controller.close()
        controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value)
      },
      cancel: () => void pieces.return?.(),
    },
    { highWaterMark: 0 },
  )
}

function whole(pieces: Iterator<Chunk>): Uint8Array<ArrayBuffer> {
  const all: Uint8Array[] = []
  for (let next = pieces.next(); !next.done; next = pieces.next()) all.push(bodyOf(next.value))
  return new Uint8Array(Buffer.concat(all))
}

function bodyOf(chunk: Chunk): Uint8Array<ArrayBuffer> {
  return typeof chunk === 'string' ? new TextEncoder().encode(chunk) : new Uint8Array(chunk)
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

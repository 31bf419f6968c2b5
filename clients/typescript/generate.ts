// Writes types.ts from the zod schemas that check and document the HTTP door: node --import tsx clients/typescript/generate.ts
import { writeFileSync } from 'node:fs'
import { z } from '@hono/zod-openapi'
import { EditSchema, ReadingSchema } from '../../functions/api/edits.ts'
import {
  AnswerSchema,
  AskBody,
  CatalogSchema,
  DatasetsSchema,
  FeedbackBody,
  FindingSchema,
  FORMATS,
  ProblemSchema,
  SqlBody,
} from '../../functions/api/schemas.ts'
import { CHART_KINDS } from '../../src/chart/wish.ts'

/** What each type is made of; bodies as they are sent, the rest as it is received. */
const TYPES: { name: string; schema: z.ZodType; io: 'input' | 'output'; says: string }[] = [
  {
    name: 'ChartKind',
    schema: z.enum(CHART_KINDS),
    io: 'output',
    says: 'Every kind of chart there is; `table` draws nothing.',
  },
  { name: 'Format', schema: z.enum(FORMATS), io: 'output', says: 'What a kept answer can be fetched as.' },
  { name: 'Edit', schema: EditSchema, io: 'input', says: 'One change of a plan.' },
  {
    name: 'Reading',
    schema: ReadingSchema,
    io: 'output',
    says: 'How a plan read its question, and what each part may be changed to.',
  },
  { name: 'AskBody', schema: AskBody, io: 'input', says: 'The body of `POST /v1/ask`.' },
  { name: 'SqlBody', schema: SqlBody, io: 'input', says: 'The body of `POST /v1/sql`.' },
  { name: 'FeedbackBody', schema: FeedbackBody, io: 'input', says: 'The body of `POST /v1/answers/{id}/feedback`.' },
  { name: 'Finding', schema: FindingSchema, io: 'output', says: 'One thing that was noticed about the rows.' },
  { name: 'AnswerData', schema: AnswerSchema, io: 'output', says: 'An answer as it is sent.' },
  { name: 'Problem', schema: ProblemSchema, io: 'output', says: 'A refusal (RFC 9457).' },
  { name: 'Datasets', schema: DatasetsSchema, io: 'output', says: 'The body of `GET /v1/datasets`.' },
  { name: 'Catalog', schema: CatalogSchema, io: 'output', says: 'The body of `GET /v1/datasets/{name}`.' },
]

interface JsonSchema {
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: boolean | JsonSchema
  description?: string
  $schema?: string
}

/** The text of types.ts. */
export function typesText(): string {
  const named: Named = new Map()
  const types = TYPES.map(({ name, schema, io, says }) => {
    const json = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema
    const text = `/** ${says} */\nexport type ${name} = ${typeOf(json, '', named)}\n`
    named.set(keyOf(json), name)
    return text
  })
  const head = [
    '// biome-ignore-all format: written by generate.ts from functions/api/schemas.ts',
    '/** A JSON-safe value: big integers and decimals are strings, dates ISO 8601. */',
    'export type Cell = string | number | boolean | null | Cell[] | { [key: string]: Cell }\n',
  ]
  return [head.join('\n'), ...types].join('\n')
}

/** Types written already, by what they are made of: they are named where they come again. */
type Named = Map<string, string>

function keyOf({ description: _description, $schema: _schema, ...rest }: JsonSchema): string {
  return JSON.stringify(rest)
}

function typeOf(schema: JsonSchema, indent: string, named: Named): string {
  const known = named.get(keyOf(schema))
  if (known !== undefined) return known
  if (schema.const !== undefined) return literal(schema.const)
  if (schema.enum) return schema.enum.map(literal).join(' | ')
  const parts = schema.anyOf ?? schema.oneOf
  if (parts) return [...new Set(parts.map((part) => typeOf(part, indent, named)))].join(' | ')
  if (Array.isArray(schema.type))
    return schema.type.map((type) => typeOf({ ...schema, type }, indent, named)).join(' | ')
  switch (schema.type) {
    case 'object':
      return objectOf(schema, indent, named)
    case 'array':
      return listOf(typeOf(schema.items ?? {}, indent, named))
    case 'integer':
    case 'number':
      return 'number'
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type
    default:
      return 'Cell'
  }
}

/** TypeScript as biome would write it. */
function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value)
}

function listOf(item: string): string {
  return /[|{]/.test(item) && !item.startsWith('{') ? `(${item})[]` : `${item}[]`
}

function objectOf(
  { properties = {}, required = [], additionalProperties }: JsonSchema,
  indent: string,
  named: Named,
): string {
  const deeper = `${indent}  `
  const open = typeof additionalProperties === 'object' ? typeOf(additionalProperties, deeper, named) : undefined
  if (Object.keys(properties).length === 0) return `{ [key: string]: ${open ?? 'Cell'} }`
  const fields = Object.entries(properties).map(([name, schema]) => {
    const optional = required.includes(name) ? '' : '?'
    // A caller may pass on what it does not know as undefined.
    const type = typeOf(schema, deeper, named) + (optional ? ' | undefined' : '')
    const says = schema.description ? `${deeper}/** ${schema.description} */\n` : ''
    return `${says}${deeper}${name}${optional}: ${type}`
  })
  return `{\n${fields.join('\n')}\n${indent}}`
}

if (process.argv[1] === import.meta.filename) writeFileSync(new URL('types.ts', import.meta.url), typesText())

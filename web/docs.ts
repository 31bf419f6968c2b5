import { copy, problemCard } from './answer.ts'
import { fetchJson, Refused } from './api.ts'
import { byId, element } from './element.ts'

interface Media {
  schema?: Schema
  example?: unknown
}

interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  description?: string
  example?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
}

interface Parameter {
  name: string
  in: string
  required?: boolean
  schema?: Schema
}

interface Operation {
  summary?: string
  parameters?: Parameter[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { description: string; content?: Record<string, Media> }>
}

interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

/** Parts of the reference by the beginning of their paths, first that fits. */
const PARTS: { title: string; about: string; paths: RegExp }[] = [
  { title: 'Asking', about: 'A question becomes checked SQL, rows and a chart.', paths: /^\/v1\/(ask|asks|sql)/ },
  { title: 'Answers', about: 'Answers are kept for a while under their ids.', paths: /^\/v1\/answers/ },
  {
    title: 'Verified questions',
    about: 'What a person approved is answered by its SQL, before any model is asked.',
    paths: /\/verified/,
  },
  { title: 'Datasets', about: 'What there is to ask about.', paths: /^\/v1\/datasets/ },
  {
    title: 'Embedding',
    about: 'Signed links that open without a key, until they end.',
    paths: /^\/(v1\/embeds|embed)/,
  },
  { title: 'More', about: '', paths: /./ },
]

let names: Record<string, Schema> = {}

function operationCard(path: string, method: string, operation: Operation): HTMLElement {
  const parameters = operation.parameters ?? []
  const body = operation.requestBody?.content['application/json']
  return element(
    'article',
    { class: 'card operation', id: anchor(path, method) },
    element(
      'h3',
      {},
      element('span', { class: `verb ${method}` }, method.toUpperCase()),
      ' ',
      element('code', {}, path),
    ),
    element('p', {}, operation.summary ?? ''),
    ...(parameters.length > 0 ? [heading('Parameters'), parameterTable(parameters)] : []),
    ...(body?.schema ? [heading('Body'), fieldTable(body.schema)] : []),
    heading('Try it'),
    codeBox(curl(path, method, parameters, body?.example)),
    ...responses(operation),
  )
}

function heading(text: string): HTMLElement {
  return element('h4', {}, text)
}

function anchor(path: string, method: string): string {
  return `${method}${path.replace(/[^a-z0-9]+/gi, '-')}`
}

function parameterTable(parameters: Parameter[]): HTMLElement {
  const lines = parameters.map(({ name, in: where, required, schema }) =>
    line(name, typeName(schema), `${required ? 'required' : 'optional'}, in the ${where}`, schema?.description),
  )
  return fields(lines)
}

function fieldTable(schema: Schema): HTMLElement {
  const whole = resolved(schema)
  const required = new Set(whole.required ?? [])
  const lines = Object.entries(whole.properties ?? {}).map(([name, part]) =>
    line(name, typeName(part), required.has(name) ? 'required' : 'optional', part.description),
  )
  return fields(lines)
}

function line(name: string, type: string, need: string, about = ''): HTMLElement {
  const cells = [element('code', {}, name), element('span', { class: 'quiet small' }, `${type}; ${need}`)]
  return element('tr', {}, element('th', { scope: 'row' }, ...cells), element('td', {}, about))
}

function fields(lines: HTMLElement[]): HTMLElement {
  return element('table', { class: 'fields' }, element('tbody', {}, ...lines))
}

function resolved(schema: Schema): Schema {
  return names[schema.$ref?.split('/').pop() ?? ''] ?? schema
}

function typeName(schema: Schema | undefined): string {
  if (schema === undefined) return 'any'
  if (schema.$ref) return schema.$ref.split('/').pop() ?? ''
  if (schema.enum) return schema.enum.map(String).join(' | ')
  if (schema.anyOf) return schema.anyOf.map(typeName).join(' | ')
  if (schema.type === 'array') return `list of ${typeName(schema.items)}`
  return [schema.type ?? 'any'].flat().join(' | ')
}

/** A command that can be pasted: required and exemplary parameters filled in. */
function curl(path: string, method: string, parameters: Parameter[], body: unknown): string {
  const value = (parameter: Parameter) => String(parameter.schema?.example ?? parameter.name)
  const filled = parameters
    .filter((one) => one.in === 'path')
    .reduce((so, one) => so.replace(`{${one.name}}`, encodeURIComponent(value(one))), path)
  const query = parameters.filter((one) => one.in === 'query' && (one.required || one.schema?.example !== undefined))
  const search = new URLSearchParams(query.map((one) => [one.name, value(one)])).toString()
  const parts = [
    `curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}'${location.origin}${filled}${search ? `?${search}` : ''}'`,
  ]
  if (body !== undefined)
    parts.push(`-H 'content-type: application/json'`, `-d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`)
  return parts.join(' \\\n  ')
}

function responses({ responses: all }: Operation): HTMLElement[] {
  return Object.entries(all).map(([status, { description, content }]) => {
    const [type, media] = Object.entries(content ?? {})[0] ?? ['', undefined]
    const name = media?.schema ? typeName(media.schema) : ''
    const label = `${status === 'default' ? 'Refused' : status}  ${description === 'Refused' ? '' : description}`
    const details = element(
      'details',
      status.startsWith('2') ? { open: true } : {},
      element('summary', {}, label, element('span', { class: 'quiet small' }, ` ${name} ${type}`)),
    )
    if (media?.example !== undefined) details.append(codeBox(asText(media.example)))
    return content === undefined ? element('p', { class: 'quiet small' }, label) : details
  })
}

function asText(example: unknown): string {
  return typeof example === 'string' ? example : JSON.stringify(example, null, 2)
}

function codeBox(text: string): HTMLElement {
  const button = element(
    'button',
    { type: 'button', class: 'plain small copy', click: () => copy(text, button) },
    'Copy',
  )
  return element('div', { class: 'code-box' }, element('pre', { tabindex: '0' }, text), button)
}

function render(openapi: Document): void {
  names = openapi.components.schemas
  const operations = Object.entries(openapi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation, part: partOf(path) })),
  )
  const parts = PARTS.map((part) => ({ ...part, mine: operations.filter((one) => one.part === part.title) }))
  const filled = parts.filter(({ mine }) => mine.length > 0)
  byId('routes').replaceChildren(
    ...filled.flatMap(({ title, about, mine }) => [
      element('h2', { class: 'part', id: anchor(title, 'part') }, title),
      element('p', { class: 'quiet' }, about),
      ...mine.map(({ path, method, operation }) => operationCard(path, method, operation)),
    ]),
    element('h2', { class: 'part', id: 'schemas' }, 'Schemas'),
    ...Object.entries(names).map(([name, schema]) =>
      element('details', { class: 'schema' }, element('summary', {}, name), codeBox(JSON.stringify(schema, null, 2))),
    ),
  )
  byId('contents').replaceChildren(
    ...filled.flatMap(({ title, mine }) => [
      element('a', { class: 'part', href: `#${anchor(title, 'part')}` }, title),
      ...mine.map(({ path, method }) =>
        element(
          'a',
          { href: `#${anchor(path, method)}` },
          element('span', { class: `verb ${method}` }, method.toUpperCase()),
          ` ${path.replace('/v1', '')}`,
        ),
      ),
    ]),
    element('a', { class: 'part', href: '#schemas' }, 'Schemas'),
  )
  if (location.hash !== '') document.getElementById(location.hash.slice(1))?.scrollIntoView()
}

function partOf(path: string): string {
  return PARTS.find(({ paths }) => paths.test(path))?.title ?? ''
}

fetchJson<Document>('/openapi.json').then(render, (thrown: unknown) => {
  if (!(thrown instanceof Refused)) throw thrown
  byId('routes').replaceChildren(problemCard(thrown.problem, { ask: () => undefined }, () => location.reload()))
})

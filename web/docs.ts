import { fetchJson } from './api.ts'
import { byId, element } from './element.ts'

interface Operation {
  summary?: string
  parameters?: { name: string; in: string; required?: boolean; schema?: object }[]
  requestBody?: { content: Record<string, { schema: { $ref?: string } }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: { $ref?: string } }> }>
}

interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}

function routeCard(path: string, method: string, operation: Operation): HTMLElement {
  const parameters = (operation.parameters ?? []).map((parameter) =>
    element('li', {}, `${parameter.name} (${parameter.in}${parameter.required ? ', required' : ''})`),
  )
  const body = schemaName(operation.requestBody?.content['application/json']?.schema)
  const responses = Object.entries(operation.responses).map(([status, response]) => {
    const [type, media] = Object.entries(response.content ?? {})[0] ?? ['no body', undefined]
    return element('li', {}, `${status}: ${schemaName(media?.schema) ?? ''} ${type}`)
  })
  return element(
    'article',
    { class: 'card' },
    element('h2', {}, `${method.toUpperCase()} ${path}`),
    element('p', {}, operation.summary ?? ''),
    ...(parameters.length > 0 ? [element('h3', {}, 'Parameters'), element('ul', {}, ...parameters)] : []),
    ...(body ? [element('h3', {}, 'Body'), element('p', {}, `${body} (application/json)`)] : []),
    element('h3', {}, 'Responses'),
    element('ul', {}, ...responses),
  )
}

function schemaName(schema: { $ref?: string } | undefined): string | undefined {
  return schema?.$ref?.split('/').pop()
}

const openapi = await fetchJson<Document>('/openapi.json')
const cards = Object.entries(openapi.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => routeCard(path, method, operation)),
)
byId('routes').replaceChildren(...cards)
const schemas = Object.entries(openapi.components.schemas).map(([name, schema]) =>
  element('details', {}, element('summary', {}, name), element('pre', {}, JSON.stringify(schema, null, 1))),
)
byId('schemas').replaceChildren(element('h2', {}, 'Schemas'), ...schemas)

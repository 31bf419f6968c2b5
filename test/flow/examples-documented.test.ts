import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { OpenAPIHono } from '@hono/zod-openapi'
import Ajv from 'ajv/dist/2020.js'
import { createApi } from '../../functions/api.ts'
import { type Scripted, scriptedDeployment } from './deployment.ts'

interface Media {
  schema: object
  example?: unknown
}

interface Operation {
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { content?: Record<string, Media> }>
}

let scripted: Scripted
let app: OpenAPIHono

before(async () => {
  scripted = await scriptedDeployment('examples', {})
  app = createApi(scripted.deployment)
})
after(() => scripted.close())

test('every operation has an example of its body and of its answer, and each fits its schema', async () => {
  const document = (await (await app.request('/openapi.json')).json()) as {
    paths: Record<string, Record<string, Operation>>
    components: object
  }
  const ajv = new Ajv.default({ strict: false, allErrors: true, validateFormats: false })
  const problems: string[] = []
  const judge = (place: string, content: Record<string, Media>) => {
    if (!Object.values(content).some(({ example }) => example !== undefined)) problems.push(`${place}: no example`)
    for (const { schema, example } of Object.values(content)) {
      if (example === undefined) continue
      const fits = ajv.compile({ ...schema, components: document.components })
      if (!fits(example)) problems.push(`${place}: ${ajv.errorsText(fits.errors)}`)
    }
  }
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, { requestBody, responses }] of Object.entries(methods)) {
      if (requestBody) judge(`${method} ${path} body`, requestBody.content)
      for (const [status, { content }] of Object.entries(responses)) {
        if (content) judge(`${method} ${path} ${status}`, content)
      }
    }
  }
  assert.deepEqual(problems, [])
})

import { OpenAPIHono, z } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { requireRight } from '../src/asker.ts'
import { Refusal } from '../src/refusal.ts'
import { admission, beginning, counting } from './api/admission.ts'
import { addAnswers } from './api/answers.ts'
import { addAsking } from './api/asking.ts'
import { addAsks } from './api/asks.ts'
import { addDatasets } from './api/datasets.ts'
import { addEmbeds } from './api/embed.ts'
import { security, sharing } from './api/headers.ts'
import { type Jobs, jobsOf } from './api/jobs.ts'
import { methodsOf } from './api/methods.ts'
import { observed } from './api/observed.ts'
import { addPages } from './api/pages.ts'
import { problemOf, problemResponse } from './api/problem.ts'
import { openFiles } from './api/range.ts'
import { askerOf, deploymentOf } from './api/seen.ts'
import { turnstile } from './api/turnstile.ts'
import { addUrls } from './api/url.ts'
import { addVerified } from './api/verified.ts'
import { addWorking } from './api/working.ts'
import type { Deployment } from './effects.ts'
import { slackManifest } from './slack/manifest.ts'

type SlackDoor = (request: Request) => Promise<Response>

const MAX_BODY = 64 * 1024

export interface Doors {
  slack?: SlackDoor
  /** False where a process stands still once a response is sent: questions are then never answered in the background, and files not kept for who reads them in parts. */
  background?: boolean
  /** Questions answered in the background, for whoever waits for them when the server is told to stop; the API's own when absent. */
  jobs?: Jobs
}

/** The HTTP door: DESIGN's contract as a Hono app, the same locally and behind a function URL. */
export function createApi(deployment: Deployment, doors: Doors = {}): OpenAPIHono {
  const { warn, settings } = deployment.effects
  const app = new OpenAPIHono({
    defaultHook: (result) => {
      if (!result.success) throw new Refusal('bad-request', z.prettifyError(result.error))
    },
  })
  app.use(security(settings))
  app.use(turnstile(deployment))
  app.use(beginning(deployment))
  app.use(observed(deployment, doors.background === false))
  app.use(sharing(settings))
  app.use(admission(deployment))
  app.use(counting(deployment))
  app.use(bodyLimit({ maxSize: MAX_BODY, onError: refuseBody }))
  app.onError((thrown, context) => problemResponse(context, problemOf(thrown, deploymentOf(context).effects.warn)))
  app.notFound((context) => {
    const { method, path } = context.req
    const allowed = methodsOf(app, path)
    if (allowed.length > 0) context.header('Allow', allowed.join(', '))
    const code = allowed.length > 0 ? 'method-not-allowed' : 'not-found'
    const refusal = new Refusal(code, `There is no ${method} ${path.slice(0, 200)}.`)
    return problemResponse(context, problemOf(refusal, warn))
  })
  const jobs = doors.background === false ? undefined : (doors.jobs ?? jobsOf(deployment))
  addAsking(app, jobs)
  addUrls(app, doors.background === false ? undefined : openFiles(settings.files_max))
  if (jobs) addAsks(app, jobs)
  addDatasets(app)
  addAnswers(app)
  addWorking(app)
  addVerified(app)
  addEmbeds(app, deployment)
  addHealth(app, deployment)
  addMetrics(app)
  const { slack } = doors
  if (slack) app.post('/slack/events', (context) => slack(context.req.raw))
  app.get('/slack/manifest.json', (context) => context.json(slackManifest(`https://${new URL(context.req.url).host}`)))
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'asklake',
      version: deployment.version,
      description: 'Questions about files, answered with rows and a chart.',
    },
  })
  addPages(app)
  return app
}

function refuseBody(): never {
  throw new Refusal('body-too-large', `At most ${MAX_BODY} bytes are read.`)
}

/** What Prometheus scrapes. */
function addMetrics(app: OpenAPIHono): void {
  app.get('/metrics', (context) => {
    requireRight(askerOf(context), 'metrics')
    const { metrics } = deploymentOf(context).observe
    return context.body(metrics.text(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
  })
}

function addHealth(app: OpenAPIHono, deployment: Deployment): void {
  app.get('/healthz', (context) => context.json({ status: 'ok', version: deployment.version }))
  app.get('/readyz', async (context) => {
    const names = await deployment.effects.catalogs.names()
    const status = { status: 'ready', model: deployment.effects.model.id }
    return context.json(deployment.keyring === null ? { ...status, datasets: names.length } : status)
  })
}

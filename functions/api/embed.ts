import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { answer, answerAgain } from '../../src/answer.ts'
import { type Asker, EVERYONE, seesDataset } from '../../src/asker.ts'
import { suggestedQuestions } from '../../src/catalog/suggest.ts'
import { chooseDataset, readQuestion } from '../../src/question.ts'
import { Refusal } from '../../src/refusal.ts'
import { questionOf } from '../../src/replay.ts'
import type { Deployment } from '../effects.ts'
import { embedSecret } from '../embed/secret.ts'
import { type Grant, readGrant, signGrant } from '../embed/token.ts'
import { keptAnswer, pastOf } from './answers.ts'
import { respond } from './asking.ts'
import { documented } from './documented.ts'
import { written } from './format.ts'
import { AnswerSchema, EmbedBody, EmbedSchema, FORMATS, type Format, PanelSchema } from './schemas.ts'
import { actAs, askerOf, deploymentOf } from './seen.ts'
import { tagOf, unchanged } from './tag.ts'
import { taggedAnswer } from './url.ts'

const DAY_S = 86_400
const USUAL_DAYS = 30

const Token = z.object({ token: z.string().max(4000).openapi({ example: 'eyJkYXRhc2V0Ijoibm9ydGh3aW5kIn0.c2lnbmVk' }) })

/** POST /v1/embeds, and what a signed link opens below /embed. */
export function addEmbeds(app: OpenAPIHono, deployment: Deployment): void {
  const secret = embedSecret(deployment.effects.settings)
  addMaking(app, secret)
  addPanel(app, async (context, token) => {
    const grant = readGrant(token, await secret(), deployment.effects.clock.now().getTime() / 1000)
    actAs(context, await askerFor(grant, deployment), deployment)
    return { grant, deployment: deploymentOf(context) }
  })
}

type Open = (context: Context, token: string) => Promise<{ grant: Grant; deployment: Deployment }>

function addMaking(app: OpenAPIHono, secret: () => Promise<string>): void {
  const make = {
    method: 'post',
    path: '/v1/embeds',
    right: 'share',
    summary:
      'Sign a link to a question box over one dataset, a pinned question or a pinned answer, for an iframe, a panel or a BI tool.',
    body: EmbedBody,
    answer: EmbedSchema,
  } as const
  documented(app, make, async (context, { body, deployment }) => {
    const wanted = body as z.infer<typeof EmbedBody>
    const grant = await grantOf(wanted, context, deployment)
    const token = signGrant(grant, await secret())
    return context.json(linksOf(grant, token, new URL(context.req.url).origin))
  })
}

async function grantOf(wanted: z.infer<typeof EmbedBody>, context: Context, deployment: Deployment): Promise<Grant> {
  const { effects } = deployment
  const { answer: id, expires_in_s = USUAL_DAYS * DAY_S, ...pinned } = wanted
  const kept = id === undefined ? undefined : await keptAnswer(id, deployment)
  const dataset = kept?.dataset ?? chooseDataset(wanted.dataset, await effects.catalogs.names())
  const lasts = Math.min(expires_in_s, effects.settings.embed_max_days * DAY_S)
  const asker = askerOf(context)
  return {
    ...pinned,
    dataset,
    ...(id === undefined ? {} : { answer: id }),
    ...(asker === EVERYONE ? {} : { key: asker.name }),
    expires: Math.floor(effects.clock.now().getTime() / 1000) + lasts,
  }
}

function linksOf(grant: Grant, token: string, origin: string): z.infer<typeof EmbedSchema> {
  const url = `${origin}/embed?token=${token}`
  const pinned = grant.question !== undefined || grant.answer !== undefined
  const title = (grant.question ?? `Ask ${grant.dataset}`).replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  return {
    url,
    csv_url: pinned ? `${origin}/embed/answer.csv?token=${token}` : null,
    iframe: `<iframe src="${url}" title="${title}" width="100%" height="480" style="border:0" loading="lazy"></iframe>`,
    panel: `<script type="module" src="${origin}/embed/panel.js"></script>\n<asklake-panel src="${url}" label="${title}"></asklake-panel>`,
    expires_at: new Date(grant.expires * 1000).toISOString(),
  }
}

/** A link sees what its key sees now, of its dataset alone, and may do nothing but read; a revoked key's links are dead. */
async function askerFor(grant: Grant, { keyring }: Deployment): Promise<Asker> {
  const base = grant.key === undefined ? EVERYONE : await keyring?.named(grant.key)
  const stands = (keyring === null) === (grant.key === undefined)
  if (!stands || base === undefined || !seesDataset(base, grant.dataset)) {
    throw new Refusal('embed-wrong', 'Who made this link may no longer share this.')
  }
  return { ...base, name: `${base.name} (link)`, rights: ['read'], datasets: [grant.dataset] }
}

const PATHS = [
  { path: '/embed/answer', media: undefined },
  { path: '/embed/answer.csv', media: 'text/csv' },
] as const

function addPanel(app: OpenAPIHono, open: Open): void {
  const about = { method: 'get', path: '/embed/about', right: 'none', summary: 'What a signed link shows.', query: Token, answer: PanelSchema } as const // biome-ignore format: one line reads better
  documented(app, about, async (context, { query }) => {
    const { grant, deployment } = await open(context, String(query['token']))
    return context.json(await panelOf(grant, deployment))
  })
  for (const { path, media } of PATHS) {
    const pinned = {
      method: 'get',
      path,
      right: 'none',
      summary:
        'The pinned answer of a signed link over the data as it is now, in any format; 304 while nothing changed.',
      query: media === undefined ? Token.extend({ format: z.enum(FORMATS).optional() }) : Token,
      ...(media === undefined ? { answer: AnswerSchema } : { media }),
      tagged: true,
    } as const
    documented(app, pinned, async (context, { query }) => {
      const { grant, deployment } = await open(context, String(query['token']))
      const format = media === undefined ? ((query['format'] as Format | undefined) ?? 'json') : 'csv'
      return pinnedAnswer(context, grant, deployment, format)
    })
  }
  const ask = {
    method: 'post',
    path: '/embed/ask',
    right: 'none',
    summary: "Ask a question of a signed link's dataset; only where the link pins nothing.",
    query: Token,
    body: z.object({ question: z.string() }).strict(),
    answer: AnswerSchema,
  } as const
  documented(app, ask, async (context, { query, body }) => {
    const { grant, deployment } = await open(context, String(query['token']))
    if (grant.question !== undefined || grant.answer !== undefined) {
      throw new Refusal('embed-wrong', 'This link shows one answer; it takes no questions.')
    }
    const { effects } = deployment
    const asked = { ...(body as { question: string }), dataset: grant.dataset }
    const question = readQuestion(asked, [grant.dataset], effects.settings)
    return respond(context, deployment, { work: (asking) => answer(question, effects, asking) })
  })
}

async function panelOf(grant: Grant, { effects, answers }: Deployment): Promise<z.infer<typeof PanelSchema>> {
  const catalog = await effects.catalogs.get(grant.dataset)
  const kept = grant.answer === undefined ? undefined : await answers.get(grant.answer)
  return {
    dataset: grant.dataset,
    title: grant.question ?? kept?.question ?? catalog.title ?? grant.dataset,
    pinned: grant.question !== undefined || grant.answer !== undefined,
    refresh_s: grant.refresh_s ?? null,
    expires_at: new Date(grant.expires * 1000).toISOString(),
    questions: suggestedQuestions(catalog),
  }
}

async function pinnedAnswer(context: Context, grant: Grant, deployment: Deployment, format: Format): Promise<Response> {
  const { effects } = deployment
  if (grant.answer !== undefined) return pinnedAgain(context, grant.answer, deployment, format)
  if (grant.question === undefined) throw new Refusal('embed-wrong', 'This link pins no answer.')
  const { question: text, dataset, chart, limit } = grant
  const question = readQuestion({ question: text, dataset, chart, limit }, [dataset], effects.settings)
  return taggedAnswer(context, deployment, { question, format })
}

/** A kept answer's SQL over the data as it is; its own chart kind is kept. */
async function pinnedAgain(context: Context, id: string, deployment: Deployment, format: Format): Promise<Response> {
  const { effects } = deployment
  const { answer: kept, made } = await pastOf(id, deployment)
  const { fingerprint } = await effects.catalogs.get(kept.dataset)
  const tag = `W/${tagOf('pinned', id, format, deployment.version, fingerprint)}`
  const same = unchanged(context, tag)
  if (same) return same
  const kind = (kept.chart?.['usermeta'] as { kind?: string } | undefined)?.kind
  const question = questionOf(kept, { ...made?.asked, chart: made?.asked.chart ?? kind }, effects)
  const again = await answerAgain(kept, question, effects, { signal: context.req.raw.signal })
  return written(context, again, { format, name: 'answer' })
}

import { type Catalog, itemsOf } from '../catalog.ts'
import type { Draft, Linked, Model } from '../draft.ts'
import type { Links } from '../link.ts'
import type { Message } from '../llm/chat.ts'
import type { Remote } from '../llm/remote.ts'
import type { Settings } from '../settings.ts'
import { quoteText } from './compile/quote.ts'
import { compactSchema } from './large/compact.ts'
import { fullSchema } from './large/full.ts'
import { sqlGrammar } from './large/grammar.ts'
import { hintsOf } from './large/hints.ts'
import { fill, type Prompts, promptHash } from './large/prompt.ts'
import { shownSchema } from './large/schema.ts'

/** A question and its SQL that a person approved. */
export interface Example {
  question: string
  sql: string
}

export interface LargeOptions {
  remote: Pick<Remote, 'complete'>
  /** Name of the model. */
  name: string
  prompts: Prompts
  settings: Pick<
    Settings,
    | 'llm_prompt'
    | 'llm_schema_tokens'
    | 'llm_values'
    | 'llm_samples'
    | 'llm_temperature'
    | 'llm_max_tokens'
    | 'llm_grammar'
  >
  /** Verified questions like this one that the asker may see, likest first. */
  examples(question: string, catalog: Catalog): Promise<Example[]>
  /** Why a statement cannot be run, or undefined when it can. */
  fault(sql: string, catalog: Catalog, signal?: AbortSignal): Promise<string | undefined>
}

/**
 * A large language model that writes SQL, constrained to the linked schema where its server can be. Drafts are its
 * distinct statements that run, each with the logarithm of its share of the votes; when none runs, one round of repair is
 * tried with the error of the first. Refuses `llm-unavailable`.
 */
export function openLargeModel(options: LargeOptions): Model {
  const { remote, name, settings } = options
  return {
    id: `${name}-${promptHash(options.prompts)}`,
    draft: async (question, catalog, links, { today, signal, traceparent }) => {
      const schema = shownSchema(catalog, links, settings.llm_schema_tokens)
      const bound = {
        maxTokens: settings.llm_max_tokens,
        ...(settings.llm_grammar === 'none' ? {} : { grammar: sqlGrammar(schema) }),
        ...(traceparent === undefined ? {} : { traceparent }),
      }
      const ask = (messages: Message[], texts: number, temperature: number) =>
        remote.complete({ messages, texts, temperature, ...bound }, signal)
      const messages = await messagesOf(options, question, catalog, links, today)
      const votes = counted(await ask(messages, settings.llm_samples, settings.llm_temperature))
      const tried = await Promise.all(
        votes.map(async (vote) => ({ ...vote, fault: await options.fault(vote.sql, catalog, signal) })),
      )
      const sound = tried.filter(({ fault }) => fault === undefined)
      const [first] = tried
      if (sound.length > 0 || first?.fault === undefined) return draftsOf(sound, question, links, catalog)
      const repair = fill(options.prompts.repair, { error: first.fault, question })
      const again: Message[] = [
        ...messages,
        { role: 'assistant', content: first.sql },
        { role: 'user', content: repair },
      ]
      const mended = counted(await ask(again, 1, 0))
      const kept = await Promise.all(
        mended.map(async (vote) => ((await options.fault(vote.sql, catalog, signal)) === undefined ? [vote] : [])),
      )
      return draftsOf(kept.flat(), question, links, catalog)
    },
    close: async () => {},
  }
}

/** The prompt for a question: what the model server's `/v1/draft` sends itself. */
export async function messagesOf(
  { prompts, settings, examples }: Pick<LargeOptions, 'prompts' | 'settings' | 'examples'>,
  question: string,
  catalog: Catalog,
  links: Links,
  today: string,
): Promise<Message[]> {
  const schema = shownSchema(catalog, links, settings.llm_schema_tokens)
  const written = settings.llm_prompt === 'compact' ? compactSchema(schema) : fullSchema(schema, settings.llm_values)
  const found = prompts.example === '' ? [] : await examples(question, catalog)
  const values = {
    question: question.replace(/\s+/g, ' '),
    hints: hintsOf(catalog, links).slice(0, MOST_HINTS).join(', '),
    today,
    examples: found.map((example) => fill(prompts.example, { ...example })).join(''),
  }
  return [
    { role: 'system', content: fill(prompts.system, { schema: written }) },
    { role: 'user', content: fill(prompts.question, values) },
  ]
}

/** More say no more: the small model was taught with as many. */
const MOST_HINTS = 10

interface Vote {
  sql: string
  /** 0 to 1. */
  share: number
}

/** Distinct statements with their share, most voted first. */
function counted(texts: string[]): Vote[] {
  const counts = new Map<string, number>()
  for (const text of texts) {
    const sql = statementOf(text)
    if (sql !== '') counts.set(sql, (counts.get(sql) ?? 0) + 1)
  }
  const all = [...counts].map(([sql, count]) => ({ sql, share: count / texts.length }))
  return all.sort((a, b) => b.share - a.share)
}

/** The statement of a text, out of a code fence if it stands in one. */
function statementOf(text: string): string {
  const fenced = /```(?:\w+)?\s*([\s\S]*?)```/.exec(text)?.[1] ?? text
  return fenced.trim().replace(/;\s*$/, '')
}

function draftsOf(votes: Vote[], question: string, links: Links, catalog: Catalog): Draft[] {
  const total = votes.reduce((sum, { share }) => sum + share, 0)
  return votes.map(({ sql, share }) => ({
    sql,
    score: Math.log(share / total),
    linked: linkedIn(sql, links, catalog),
    ...(speaksOfToday(sql, question) ? { relative: true } : {}),
  }))
}

/** Stored values of the links that the statement holds as texts. */
function linkedIn(sql: string, links: Links, catalog: Catalog): Linked[] {
  const items = itemsOf(catalog)
  const used = links.values.filter(({ value }) => sql.includes(quoteText(value)))
  return used.flatMap(({ first, last, item, value, how }): Linked[] => {
    const place = items[item]
    if (place?.kind !== 'column') return []
    const column = catalog.tables[place.table]?.columns[place.column]?.name ?? ''
    const words = links.question.slice(links.words[first]?.start, links.words[last]?.end)
    return [{ words, value, column, how }]
  })
}

/** Whether the statement holds a date that the question does not name: it was counted from today. */
function speaksOfToday(sql: string, question: string): boolean {
  if (/\bcurrent_date\b|\bnow\(\)|\btoday\(\)/i.test(sql)) return true
  return [...sql.matchAll(/'(\d{4})-\d{2}-\d{2}/g)].some(([, year]) => !question.includes(year as string))
}

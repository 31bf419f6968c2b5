import { z } from 'zod'
import { Refusal } from '../../src/refusal.ts'

/** GBNF of any JSON value, for `response_format: {type: "json_object"}`. */
const JSON_GRAMMAR = `root ::= object
object ::= "{" ws (pair ("," ws pair)*)? "}"
pair ::= string ":" ws value
array ::= "[" ws (value ("," ws value)*)? "]"
value ::= (object | array | string | number | "true" | "false" | "null") ws
string ::= "\\"" ([^"\\\\\\x00-\\x1f] | "\\\\" (["\\\\/bfnrt] | "u" [0-9a-fA-F]{4}))* "\\"" ws
number ::= "-"? ("0" | [1-9] [0-9]{0,15}) ("." [0-9]{1,15})? ([eE] [-+]? [0-9]{1,2})?
ws ::= [ \\n]{0,8}
`

const text = z.string().max(400_000)

/** What is read of OpenAI's request, with vLLM's and llama.cpp's ways of giving a grammar. Anything else that would change the answer is refused. */
export const COMPLETION = z.object({
  model: z.string().optional(),
  messages: z
    .array(
      z.object({
        role: z.enum(['system', 'user', 'assistant']),
        content: z.union([
          text,
          z
            .array(z.object({ type: z.literal('text'), text }))
            .transform((parts) => parts.map((part) => part.text).join('')),
        ]),
      }),
    )
    .min(1)
    .max(100),
  n: z.int().min(1).max(16).default(1),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  top_k: z.int().min(-1).max(100_000).nullish(),
  seed: z.int().nullish(),
  max_tokens: z.int().min(1).max(100_000).nullish(),
  max_completion_tokens: z.int().min(1).max(100_000).nullish(),
  stop: z.union([z.string().min(1), z.array(z.string().min(1)).max(8)]).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().optional() }).nullish(),
  logprobs: z.boolean().nullish(),
  use_beam_search: z.boolean().default(false),
  structured_outputs: z
    .object({ grammar: text.optional(), choice: z.array(z.string().min(1)).min(1).optional() })
    .strict()
    .nullish(),
  grammar: text.optional(),
  guided_grammar: text.optional(),
  response_format: z.object({ type: z.enum(['text', 'json_object']) }).nullish(),
  presence_penalty: z.literal(0).nullish(),
  frequency_penalty: z.literal(0).nullish(),
  tools: z.array(z.unknown()).max(0).nullish(),
})

export type CompletionBody = z.infer<typeof COMPLETION>

/** A body of the wanted shape. Refuses `bad-request` with what is wrong. */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const read = schema.safeParse(body)
  if (!read.success) throw new Refusal('bad-request', z.prettifyError(read.error))
  return read.data
}

/** The grammar a request is bound by, if any; a choice is a grammar of texts. */
export function grammarOf(body: CompletionBody): string | undefined {
  const { structured_outputs: structured, response_format: format } = body
  if (structured?.choice !== undefined)
    return `root ::= ${structured.choice.map((choice) => JSON.stringify(choice)).join(' | ')}\n`
  if (format?.type === 'json_object') return JSON_GRAMMAR
  return structured?.grammar ?? body.grammar ?? body.guided_grammar
}

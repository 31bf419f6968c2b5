import { Template } from '@huggingface/jinja'
import type { Weights } from './weights.ts'

export interface Message {
  role: 'system' | 'user' | 'assistant'
  content: string
}

/** Writes messages as the model was taught to read them, ending where its answer begins. */
export type ChatWriter = (messages: readonly Message[]) => string

/** The chat template of a folder. Throws an Error for a template that is not Jinja, or that refuses the messages' order. */
export function openChat({ template, tokenizerConfig }: Pick<Weights, 'template' | 'tokenizerConfig'>): ChatWriter {
  const compiled = new Template(template)
  const named = (name: string) => {
    const token = tokenizerConfig[name] as string | { content: string } | null | undefined
    return typeof token === 'string' ? token : (token?.content ?? '')
  }
  const tokens = { bos_token: named('bos_token'), eos_token: named('eos_token'), pad_token: named('pad_token') }
  return (messages) => compiled.render({ ...tokens, messages: [...messages], add_generation_prompt: true, tools: null })
}

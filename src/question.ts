import { Refusal } from './refusal.ts'
import type { Settings } from './settings.ts'

/** The checked request. */
export interface Question {
  /** Trimmed, NFC, runs of white space made one blank. */
  text: string
  /** What was said now, where `text` is that and the question before. */
  said?: string
  dataset: string
  /** Chart kind asked for by the caller, beside what the text may say. */
  chart?: string
  /** Most rows wanted. */
  limit: number
  /** Id of the answer this question follows up. */
  previous?: string
  language: 'en' | 'zh'
}

export interface AskedQuestion {
  question: string
  dataset?: string | undefined
  chart?: string | undefined
  limit?: number | undefined
  previous?: string | undefined
  language?: string | undefined
}

const CJK = /[\u3400-\u9fff\uf900-\ufaff]/u

/** Normalises what a door received; refuses an empty or over-long text and a limit out of range. `datasets` are the known names; a lone dataset need not be named. */
export function readQuestion(asked: AskedQuestion, datasets: string[], settings: Settings): Question {
  const text = asked.question.normalize('NFC').replace(/\s+/gu, ' ').trim()
  if (text === '') throw new Refusal('question-empty', 'The question is empty.')
  if (text.length > settings.question_max_chars) {
    throw new Refusal(
      'question-too-long',
      `The question has ${text.length} characters; at most ${settings.question_max_chars} are read.`,
    )
  }
  return {
    text,
    dataset: chooseDataset(asked.dataset, datasets),
    limit: Math.max(1, Math.min(asked.limit ?? settings.rows_max, settings.rows_limit)),
    language: asked.language === 'zh' || (asked.language === undefined && CJK.test(text)) ? 'zh' : 'en',
    ...(asked.chart ? { chart: asked.chart } : {}),
    ...(asked.previous ? { previous: asked.previous } : {}),
  }
}

/** The named dataset, or the only one there is. */
export function chooseDataset(name: string | undefined, datasets: string[]): string {
  if (name !== undefined && datasets.includes(name)) return name
  const known = datasets.length === 0 ? 'there is none' : `known: ${datasets.slice(0, 20).join(', ')}`
  if (name !== undefined) throw new Refusal('dataset-unknown', `There is no dataset "${name.slice(0, 80)}" (${known}).`)
  const [only] = datasets
  if (only !== undefined && datasets.length === 1) return only
  throw new Refusal('dataset-unknown', `Name a dataset (${known}).`)
}

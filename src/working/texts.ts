import type { Language } from '../wording.ts'

/** What each part of a statement is called, English and Chinese; %1 is what it is about. */
const TEXTS = {
  with: ['The step “%1”', '步骤“%1”'],
  side: ['Part %1', '第 %1 部分'],
  'sub-query': ['Worked out first: %1', '先求出：%1'],
  rows: ['All %1', '全部%1'],
  joined: ['%1, joined', '连接后的%1'],
  kept: ['Kept: those where %1', '保留：%1'],
  groups: ['Brought together by %1', '按%1汇总'],
  answer: ['The answer', '答案'],
} as const satisfies Record<string, readonly [string, string]>

/** A part's words in a language. */
export function tellPart(language: Language, name: keyof typeof TEXTS, about: string | number = ''): string {
  return TEXTS[name][language === 'zh' ? 1 : 0].replace('%1', String(about))
}

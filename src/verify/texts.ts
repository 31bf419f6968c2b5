import type { Language } from '../wording.ts'

/** What each rule says, with numbered holes. */
export const FINDING_TEXTS = {
  truncated: { en: 'Only the first {0} rows are shown; there are more.', zh: '只显示前{0}行，还有更多。' },
  'literal-changed': { en: '“{0}” was read as “{1}” ({2}).', zh: '「{0}」被理解为「{1}」（{2}）。' },
  'no row meets': { en: 'No row meets “{0}”.', zh: '没有任何行满足「{0}」。' },
  'nearest values': { en: ' The nearest values are {0}.', zh: '最接近的值：{0}。' },
  'none together': { en: 'Each condition is met by some rows, but no row meets all: {0}.', zh: '每个条件都有行满足，但没有行同时满足全部：{0}。' },
  'condition rows': { en: '{0} ({1} rows)', zh: '{0}（{1}行）' },
  'join matched nothing': { en: 'No row of {0} matches a row of {1}.', zh: '{0}与{1}没有任何匹配的行。' },
  'unknown value': { en: '“{0}” does not occur in {1}.', zh: '{1}中没有「{0}」。' },
  'join loss': { en: '{0} of {1} {2} matched {3}; the others are left out.', zh: '{1}行{2}中有{0}行与{3}匹配，其余未计入。' },
  'join loss missing': { en: ' ({0} of them have no {1}.)', zh: '（其中{0}行没有{1}。）' },
  'join unmatched': { en: '{0} of {1} {2} have no {3} and are not shown.', zh: '{1}个{2}中有{0}个没有{3}，未显示。' },
  'fan out': { en: 'Each of the {2} may count several times: joining {3} made {0} rows of {1} before the {4} was taken.', zh: '{2}可能被重复计算：与{3}连接后，{1}行变为{0}行，然后才计算{4}。' },
  'nulls in aggregate': { en: '{0} of {1} rows have no {2} and do not count in the {3}.', zh: '{1}行中有{0}行没有{2}，未计入{3}。' },
  'nulls in filter': { en: '{0} rows without {1} are left out by the filter “{2}”.', zh: '{0}行没有{1}，被条件「{2}」排除。' },
  'last period': { en: '{0} is not complete: the data ends on {1}.', zh: '{0}不完整：数据截至{1}。' },
  'first period': { en: '{0} is not complete: the data starts on {1}.', zh: '{0}不完整：数据始于{1}。' },
  gaps: { en: 'No rows for {0} of the {1}s between {2} and {3}.', zh: '{2}到{3}之间有{0}个{1}没有数据。' },
  'few rows': { en: 'The {0} of {1} rests on {2} rows only.', zh: '{1}的{0}仅基于{2}行。' },
  'few rows in all': { en: 'The {0} rests on {1} rows only.', zh: '{0}仅基于{1}行。' },
  'few rows more': { en: ' So do {0} more.', zh: '另有{0}个也是如此。' },
  dominates: { en: 'One row makes up {0} of the {1}{2} ({3} of {4}).', zh: '一行就占{2}{1}的{0}（{4}中的{3}）。' },
  'dominates group': { en: ' of {0}', zh: '{0}的' },
  'text sorted': { en: '{0} holds numbers kept as text: compared as text, “10” comes before “9”.', zh: '{0}以文本形式存储数字：按文本比较时「10」排在「9」之前。' },
  'text unread': { en: '{0} values of {1} are no numbers and are left out ({2}).', zh: '{1}中有{0}个值不是数字，未计入（{2}）。' },
  'mixed units': { en: '{0} is in {1} different {2} ({3}) but was put together as one.', zh: '{0}有{1}种不同的{2}（{3}），却被合并计算。' },
  tie: { en: 'The next row has the same {0}: which of the equal rows are shown is by chance.', zh: '下一行的{0}相同：相同的行中显示哪些是随机的。' },
} as const satisfies Record<string, { en: string; zh: string }> // biome-ignore format: a table

/** A text with its holes filled. */
export function tellFinding(
  language: Language,
  name: keyof typeof FINDING_TEXTS,
  ...holes: (string | number)[]
): string {
  return FINDING_TEXTS[name][language].replace(/\{(\d)\}/g, (_, hole: string) => String(holes[Number(hole)] ?? ''))
}

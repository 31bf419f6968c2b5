import type { Language } from '../wording.ts'

/** What each rule says, with numbered holes. */
export const FINDING_TEXTS = {
  truncated: { en: 'Only the first {0} rows are shown; there are more.', zh: '只显示前{0}行，还有更多。' },
  'literal-changed': { en: '“{0}” was read as “{1}” ({2}).', zh: '「{0}」被理解为「{1}」（{2}）。' },
  'no row meets': { en: 'No row meets “{0}”.', zh: '没有任何行满足「{0}」。' },
  'nearest values': { en: ' The nearest values are {0}.', zh: '最接近的值：{0}。' },
  'none together': {
    en: 'Each condition is met by some rows, but no row meets all: {0}.',
    zh: '每个条件都有行满足，但没有行同时满足全部：{0}。',
  },
  'condition rows': { en: '{0} ({1} rows)', zh: '{0}（{1}行）' },
  'join matched nothing': { en: 'No row of {0} matches a row of {1}.', zh: '{0}与{1}没有任何匹配的行。' },
  'unknown value': { en: '“{0}” does not occur in {1}.', zh: '{1}中没有「{0}」。' },
  'join loss': {
    en: '{0} of {1} {2} matched {3}; the other {4} are left out.',
    zh: '{1}行{2}中有{0}行与{3}匹配，其余{4}行未计入。',
  },
  'join unmatched': { en: '{0} of {1} {2} have no {3} and are not shown.', zh: '{1}个{2}中有{0}个没有{3}，未显示。' },
  'fan out': {
    en: 'Joining {3} turned {1} {2} into {0} rows before the {4} was taken: some {2} count more than once.',
    zh: '与{3}连接后，{1}行{2}变为{0}行，然后才计算{4}：部分{2}被重复计算。',
  },
  'nulls in aggregate': {
    en: '{0} of {1} rows have no {2} and do not count in the {3}.',
    zh: '{1}行中有{0}行没有{2}，未计入{3}。',
  },
  'nulls in filter': {
    en: 'The filter “{2}” leaves out {0} rows without {1}.',
    zh: '条件「{2}」排除了{0}行没有{1}的数据。',
  },
  'last period': { en: '{0} is not complete: the data ends on {1}.', zh: '{0}不完整：数据截至{1}。' },
  'first period': { en: '{0} is not complete: the data starts on {1}.', zh: '{0}不完整：数据始于{1}。' },
  gaps: { en: 'No rows for {0} of the {1}s between {2} and {3}.', zh: '{2}到{3}之间有{0}个{1}没有数据。' },
  'few rows': { en: 'The {0} of {1} rests on {2} rows only.', zh: '{1}的{0}仅基于{2}行。' },
  'few rows in all': { en: 'The {0} rests on {1} rows only.', zh: '{0}仅基于{1}行。' },
  'few rows more': { en: ' The same holds for {0} more.', zh: '另有{0}个也是如此。' },
  dominates: { en: 'One row makes up {0} of the {1}{2} ({3} of {4}).', zh: '一行就占{2}{1}的{0}（{4}中的{3}）。' },
  'dominates group': { en: ' of {0}', zh: '{0}的' },
  'text sorted': {
    en: '{0} holds numbers kept as text: compared as text, “10” comes before “9”.',
    zh: '{0}以文本形式存储数字：按文本比较时「10」排在「9」之前。',
  },
  'text unread': {
    en: 'Left out: {0} values of {1} that are no numbers ({2}).',
    zh: '未计入：{1}中{0}个不是数字的值（{2}）。',
  },
  'duplicated key': {
    en: '{0} of the {1} repeat the {2} of another row: they count twice.',
    zh: '{1}中有{0}行的{2}与其他行重复：被重复计算。',
  },
  'mixed units': { en: '{0} is in {1} ({2}) but was put together as one.', zh: '{0}包含{1}（{2}），却被合并计算。' },
  tie: {
    en: 'The next row has the same {0}: which of the equal rows are shown is by chance.',
    zh: '下一行的{0}相同：相同的行中显示哪些是随机的。',
  },
} as const satisfies Record<string, { en: string; zh: string }>

/** A text with its holes filled; "1 rows" becomes "1 row". */
export function tellFinding(
  language: Language,
  name: keyof typeof FINDING_TEXTS,
  ...holes: (string | number)[]
): string {
  const text = FINDING_TEXTS[name][language].replace(/\{(\d)\}/g, (_, hole: string) =>
    String(holes[Number(hole)] ?? ''),
  )
  return text.replace(/(?<![\d,.])1 (row|value)s\b/g, '1 $1')
}

/** Orders that readers expect of words, each as its words from first to last. */
const ORDERS: string[][] = [
  'monday tuesday wednesday thursday friday saturday sunday'.split(' '),
  'mon tue wed thu fri sat sun'.split(' '),
  'january february march april may june july august september october november december'.split(' '),
  'jan feb mar apr may jun jul aug sep oct nov dec'.split(' '),
  ['spring', 'summer', 'autumn', 'fall', 'winter'],
  ['very low', 'low', 'medium', 'moderate', 'high', 'very high', 'critical'],
  ['xxs', 'xs', 's', 'm', 'l', 'xl', 'xxl', 'xxxl'],
  ['tiny', 'small', 'medium', 'large', 'very large', 'extra large', 'huge'],
  ['never', 'rarely', 'sometimes', 'often', 'always'],
  ['very bad', 'bad', 'poor', 'fair', 'average', 'good', 'very good', 'excellent'],
  ['bronze', 'silver', 'gold', 'platinum', 'diamond'],
  ['first', 'second', 'third', 'fourth', 'fifth'],
  ['morning', 'noon', 'afternoon', 'evening', 'night'],
  ['一月', '二月', '三月', '四月', '五月', '六月', '七月', '八月', '九月', '十月', '十一月', '十二月'],
  ['星期一', '星期二', '星期三', '星期四', '星期五', '星期六', '星期日'],
  ['低', '中', '高'],
  ['小', '中', '大'],
]

/** The values in the order readers expect (weekdays, sizes, "18-25" before "26-35"); undefined when there is none. */
export function knownOrder(values: string[]): string[] | undefined {
  const distinct = [...new Set(values)]
  if (distinct.length < 2) return undefined
  const order = ORDERS.find((words) => distinct.every((value) => words.includes(value.toLowerCase())))
  if (order !== undefined)
    return distinct.toSorted((a, b) => order.indexOf(a.toLowerCase()) - order.indexOf(b.toLowerCase()))
  if (!distinct.every((value) => BRACKET.test(value))) return undefined
  return distinct.toSorted((a, b) => bracketStart(a) - bracketStart(b))
}

/** "18-25", "< 18", "65+", "10 to 20", "Class 3". */
const BRACKET =
  /^(\p{L}+ )?([<>≤≥]=?\s*)?\d[\d.,]*\s*((-|–|to|until|bis|至|到)\s*\d[\d.,]*|\+|and (over|under|more))?(\s*\p{L}{0,6})$/iu

function bracketStart(value: string): number {
  const number = Number(/\d[\d.,]*/.exec(value)?.[0].replaceAll(',', '') ?? 0)
  return /^\s*[<≤]/.test(value) ? number - 0.5 : /^\s*>/.test(value) ? number + 0.5 : number
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** Names for the numbers of a recurring period: DuckDB's dayofweek counts Sunday 0, isodow Monday 1 to Sunday 7. */
export function periodNames(period: string, values: number[], language: 'en' | 'zh'): string[] | undefined {
  if (period === 'month' && values.every((value) => value >= 1 && value <= 12)) {
    return values.map((value) => (language === 'zh' ? `${value}月` : (MONTHS[value - 1] ?? String(value))))
  }
  if (period !== 'weekday' || !values.every((value) => value >= 0 && value <= 7)) return undefined
  return values.map((value) =>
    language === 'zh' ? `周${'日一二三四五六日'.charAt(value)}` : (WEEKDAYS[value] ?? String(value)),
  )
}

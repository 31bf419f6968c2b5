/** Every kind of chart there is; `table` draws nothing. */
export const CHART_KINDS = [
  'table',
  'number',
  'bar',
  'bar-horizontal',
  'column',
  'grouped-bar',
  'stacked-bar',
  'line',
  'area',
  'scatter',
  'histogram',
  'pie',
  'donut',
  'heatmap',
  'map',
  'boxplot',
  'normalized-bar',
  'dot',
  'slope',
  'calendar',
] as const

export type ChartKind = (typeof CHART_KINDS)[number]

/** Words that ask for a kind, first that matches wins: a compound before the word inside it. */
const WISHES: { kind: ChartKind; words: RegExp; soft?: true }[] = [
  { kind: 'area', words: /\bstacked areas?\b/i },
  {
    kind: 'normalized-bar',
    words:
      /\b(100 ?%|percent(age)?|normali[sz]ed|proportional|relative)[- ]stacked\b|\bstacked (to )?100 ?%|\bnormali[sz]ed (stacked )?bars?\b|百分比堆/i,
  },
  { kind: 'slope', words: /\bslope ?(charts?|graphs?|plots?|lines?)\b|\bslopegraphs?\b|斜率图/i },
  {
    kind: 'calendar',
    words: /\bcalendar (heat ?maps?|charts?|views?|plots?|graphs?)\b|\b(as|on|in) a calendar\b|日历(热力)?图/i,
  },
  {
    kind: 'dot',
    words:
      /\bdot ?(plots?|charts?|graphs?)\b(?! of .* (vs|versus|against))|\b(dumbbell|lollipop|range) (plots?|charts?|graphs?)\b|\bas dots\b|点图(?<!散点图)/i,
  },
  { kind: 'stacked-bar', words: /\bstacked\b|堆叠|堆积/i },
  {
    kind: 'grouped-bar',
    words:
      /\b(grouped|clustered|side[- ]by[- ]side)\s+(vertical\s+|horizontal\s+)?(bars?|columns?|charts?)\b|\bbars? (grouped|clustered) by\b|\bclustered by\b|分组(柱|条)|簇状/i,
  },
  { kind: 'histogram', words: /\bhistograms?\b|直方图/i },
  {
    kind: 'boxplot',
    words:
      /\bbox(es)?[- ]?(and[- ]whiskers?[- ]?)?(plots?|charts?|diagrams?)\b|\bbox[- ]and[- ]whiskers?\b|\bwhisker plots?\b|\b(as|with|using|in) box(es)?\b|箱[线型形]?图|盒须图/i,
  },
  { kind: 'heatmap', words: /\bheat[- ]?maps?\b|热力图|热图/i },
  {
    kind: 'scatter',
    words:
      /\bscatter(ed)?([- ]?(plots?|charts?|graphs?|diagrams?))?\b|\bscatter ?graphs?\b|\bbubble (plots?|charts?|graphs?|diagrams?)\b|\bpoint (plots?|clouds?)\b|散点图?|气泡图/i,
  },
  { kind: 'donut', words: /\b(donut|doughnut|ring) ?(charts?|graphs?|plots?)?\b|环形图|圆环图/i },
  {
    kind: 'pie',
    words: /\bpie([- ]?(charts?|graphs?|plots?|diagrams?))?\b(?! (sales|orders?|shops?|recipes?))|饼[状形]?图|扇形图/i,
  },
  { kind: 'map', words: /\b(on|as|in) (a|the) (world )?map\b|\bmap (chart|view)\b|\bmap of\b|\bpoint map\b|地图/i },
  { kind: 'area', words: /\b(stacked )?area (charts?|graphs?|plots?)\b|\b(as|an) (an )?area\b(?! of)|面积图/i },
  {
    kind: 'line',
    words:
      /\b(multi[- ]?)?(time ?series )?lines? ?(charts?|graphs?|plots?|diagrams?)\b|\b(as|in|with|using|draw|plot) (a )?(one |separate |different )?lines?\b(?! items?)|\btrend ?lines?\b|折线图?|曲线图|走势图/i,
  },
  { kind: 'bar-horizontal', words: /\bhorizontal bars?\b|\bbars? horizontal(ly)?\b|条形图|横向柱/i },
  { kind: 'column', words: /\b(column|vertical bar) (charts?|graphs?|plots?)\b|\bvertical bars?\b/i },
  {
    kind: 'bar',
    words:
      /\bbars? ?(charts?|graphs?|plots?|diagrams?)\b|\b(as|with|in|using) (a |the |vertical )?bars?\b|\bbar (for|of|showing)\b|柱[状形]?图|柱形/i,
  },
  { kind: 'grouped-bar', words: /\bside[- ]by[- ]side\b/i },
  { kind: 'number', words: /\b(as|just) (a |the |one )?(single |big )?number\b|\bkpi\b|大数字/i },
  {
    kind: 'table',
    words:
      /\b(as|in) (a |the )?(table|grid|spreadsheet)\b|\btable (view|of)\b|\bno (chart|graph|plot)\b|\bwithout (a )?(chart|graph|plot)\b|表格/i,
  },
  {
    kind: 'scatter',
    soft: true,
    words:
      /\b(correlations?|relationships?|relations?) (between|of|about)\b|\b(show|see|tell|display|give|draw) (me |us )?(the |a |any |their |its )?(correlations?|relationships?)\b(?! coefficient)|\bcorrelat(e|es|ed) (with|to)\b|相关性|(之间的)?关系图/i,
  },
  { kind: 'histogram', soft: true, words: /\bdistribution of\b(?!.*\b(and the|and)\b)|分布图/i },
  {
    kind: 'pie',
    soft: true,
    words:
      /\b(show|tell me|give|display|what is|what are|what were|know|see|find) (me |us )?(the |about the )?proportions?\b|\bproportions? of .{1,40}? (by|per|for each|in each|across)\b|占比图/i,
  },
  {
    kind: 'line',
    soft: true,
    words: /\btrends?\b(?! line)|\bchange (of|in|about) .+ (over|along|by|with)\b|\bover time\b|趋势/i,
  },
  { kind: 'bar', soft: true, words: /\bcomparisons? (about|of|between)\b|\b(by|from|rank|sort|order|list|show|display) (the )?bars?\b/i }, // biome-ignore format: one pattern
]

/** The kind of chart a question asks for in words, English or Chinese; null when it asks for none. */
export function wishOf(text: string): ChartKind | null {
  return WISHES.find(({ words }) => words.test(text))?.kind ?? null
}

const AXES =
  /\b[xy][- ]axis\b|\b(by|rank|sort|order|list|show|display|from) (the )?[xy]\b(?=[-.,?]| axis| in\b| from\b| asc| desc| please|$)/i

/** Whether a question speaks of axes: whatever it asks for is to be drawn. */
export function namesAxes(text: string): boolean {
  return AXES.test(text)
}

/** Whether a question only leans to this kind ("the trend of"): no word is lost when it cannot be drawn. */
export function isLeaning(text: string, kind: ChartKind | null): boolean {
  const wish = WISHES.find(({ words }) => words.test(text))
  return wish?.soft === true && wish.kind === kind
}

/** The kind a question names outright; "the distribution of" and "the trend" only lean to one. */
export function namedKindOf(text: string): ChartKind | null {
  const wish = WISHES.find(({ words }) => words.test(text))
  return wish === undefined || wish.soft ? null : wish.kind
}

/** A caller's wish ("Pie chart", "stacked", "heat map") as a kind; null when no kind goes by that name. */
export function kindNamed(wish: string): ChartKind | null {
  const plain = wish.trim().toLowerCase()
  const exact = CHART_KINDS.find(
    (kind) => kind === plain.replaceAll(/[\s_]+/g, '-') || kind === plain.replaceAll(/[\s_-]+/g, ''),
  )
  return exact ?? wishOf(plain) ?? wishOf(`as a ${plain} chart`) ?? null
}

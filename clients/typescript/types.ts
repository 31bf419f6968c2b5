// biome-ignore-all format: written by generate.ts from functions/api/schemas.ts
/** A JSON-safe value: big integers and decimals are strings, dates ISO 8601. */
export type Cell = string | number | boolean | null | Cell[] | { [key: string]: Cell }

/** Every kind of chart there is; `table` draws nothing. */
export type ChartKind = 'table' | 'number' | 'bar' | 'bar-horizontal' | 'column' | 'grouped-bar' | 'stacked-bar' | 'line' | 'area' | 'scatter' | 'histogram' | 'pie' | 'donut' | 'heatmap' | 'map' | 'boxplot' | 'normalized-bar' | 'dot' | 'slope' | 'calendar'

/** What a kept answer can be fetched as. */
export type Format = 'json' | 'records' | 'csv' | 'parquet' | 'arrow' | 'png' | 'svg' | 'vega-lite'

/** One change of a plan. */
export type Edit = {
  slot: 'measure'
  do: 'add' | 'set' | 'remove'
  at?: number | undefined
  aggregate?: 'count' | 'distinct' | 'sum' | 'average' | 'min' | 'max' | 'median' | 'deviation' | undefined
  column?: string | undefined
} | {
  slot: 'by'
  do: 'add' | 'set' | 'remove'
  at?: number | undefined
  column?: string | undefined
  grain?: 'year' | 'quarter' | 'month' | 'week' | 'day' | 'hour' | 'weekday' | 'month of year' | undefined
} | {
  slot: 'filter'
  do: 'add' | 'set' | 'remove'
  at?: number | undefined
  column?: string | undefined
  operator?: 'is' | 'is not' | 'contains' | 'above' | 'at least' | 'below' | 'at most' | 'between' | 'missing' | 'present' | undefined
  values?: (string | number | boolean)[] | undefined
} | {
  slot: 'period'
  do: 'set' | 'remove'
  period?: string | undefined
  column?: string | undefined
} | {
  slot: 'sort'
  do: 'set' | 'remove'
  by?: string | undefined
  descending?: boolean | undefined
} | {
  slot: 'limit'
  do: 'set' | 'remove'
  limit?: number | undefined
} | {
  slot: 'chart'
  do: 'set' | 'remove'
  chart?: ChartKind | undefined
}

/** How a plan read its question, and what each part may be changed to. */
export type Reading = {
  chips: {
    id: string
    slot: 'measure' | 'by' | 'filter' | 'period' | 'sort' | 'limit' | 'chart'
    text: string
    choices: {
      text: string
      group: string
      edit: Edit
    }[]
    remove?: Edit | undefined
  }[]
  add: {
    text: string
    group: string
    edit: Edit
  }[]
  chart: string | null
}

/** The body of `POST /v1/ask`. */
export type AskBody = {
  question?: string | undefined
  dataset?: string | undefined
  chart?: ChartKind | undefined
  limit?: number | undefined
  previous?: string | undefined
  edits?: Edit[] | undefined
  language?: 'en' | 'zh' | undefined
}

/** The body of `POST /v1/sql`. */
export type SqlBody = {
  dataset?: string | undefined
  sql: string
  question?: string | undefined
  chart?: ChartKind | undefined
  limit?: number | undefined
}

/** The body of `POST /v1/answers/{id}/feedback`. */
export type FeedbackBody = {
  verdict: 'up' | 'down'
  comment?: string | undefined
}

/** One thing that was noticed about the rows. */
export type Finding = {
  code: string
  level: 'info' | 'warning'
  text: string
  rewrite?: {
    from: string
    to: string
    sql: string
  } | undefined
}

/** An answer as it is sent. */
export type AnswerData = {
  id: string
  question: string
  dataset: string
  sql: string
  columns: {
    name: string
    type: string
  }[]
  rows: Cell[][]
  row_count: number
  truncated: boolean
  chart: { [key: string]: Cell } | null
  explanation: string
  findings: Finding[]
  confidence: number
  alternatives: {
    sql: string
    reading: string
  }[]
  reading?: Reading | undefined
  plan: {
    key: string
    cached: boolean
    model: string
    catalog: string
    verified?: string | undefined
  }
  timings_ms: { [key: string]: number }
}

/** A refusal (RFC 9457). */
export type Problem = {
  type: string
  title: string
  status: number
  detail: string
  code: string
  hint: string
  suggestions?: string[] | undefined
  retry_s?: number | undefined
}

/** The body of `GET /v1/datasets`. */
export type Datasets = {
  datasets: {
    name: string
    title: string
    tables: number
    questions: string[]
    problem?: string | undefined
  }[]
}

/** The body of `GET /v1/datasets/{name}`. */
export type Catalog = {
  dataset: string
  tables: {
    name: string
    rows: number
    columns: { [key: string]: Cell }[]
  }[]
  joins: { [key: string]: Cell }[]
}

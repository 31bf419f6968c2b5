/** A checked way to answer, as plain data: what the cache keeps and what a bug report pastes. Not DuckDB's query plan. */
export interface Plan {
  key: string
  question: string
  dataset: string
  sql: string
  /** Chart kind the question or the caller asked for; null when none. */
  wish: string | null
  /** 0 to 1, calibrated on the held-out split. */
  confidence: number
  alternatives: { sql: string; reading: string }[]
  /** Findings known before the query runs, such as a literal that linking changed. */
  provenance: { model: string; catalog: string; linked: { words: string; value: string; column: string; how: string }[] }
}

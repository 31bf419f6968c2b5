/** What differs between stages; a stage of another name is a `dev`. */
interface Stage {
  /** Lambda gives processor time by memory: 1769 MB are one core, the model and a query use two. */
  memory: `${number} MB`
  /** Downloaded data files, spilled queries and the catalogs' cache. */
  disk: `${number} GB`
  /** Most environments at once: what an evening of load may cost. */
  concurrency: number
  logs: '1 week' | '3 months'
  budget_usd: number
}

const STAGES: Record<'production' | 'dev', Stage> = {
  production: { memory: '4096 MB', disk: '10 GB', concurrency: 50, logs: '3 months', budget_usd: 200 },
  // New accounts are given 3008 MB at most.
  dev: { memory: '3008 MB', disk: '4 GB', concurrency: 5, logs: '1 week', budget_usd: 20 },
}

export const stage: Stage = STAGES[$app.stage === 'production' ? 'production' : 'dev']

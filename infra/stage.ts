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
  /** arm64 costs a fifth less a second; its folder is built by `infra/package.mjs --arch arm64`. */
  architecture: 'arm64' | 'x86_64'
  /** Instances with a GPU at the least and at the most; they exist only when an image is named. */
  gpu: { least: number; most: number; spot: boolean }
}

const STAGES: Record<'production' | 'dev', Stage> = {
  production: {
    memory: '4096 MB',
    disk: '10 GB',
    concurrency: 50,
    logs: '3 months',
    budget_usd: 200,
    architecture: 'x86_64',
    gpu: { least: 0, most: 4, spot: false },
  },
  // New accounts are given 3008 MB at most.
  dev: {
    memory: '3008 MB',
    disk: '4 GB',
    concurrency: 5,
    logs: '1 week',
    budget_usd: 20,
    architecture: 'x86_64',
    gpu: { least: 0, most: 1, spot: true },
  },
}

/** The GPU tier of a stage. */
export interface Gpu {
  image: string
  /** Folder of the weights in their bucket. */
  weights: string
  least: number
  most: number
  spot: boolean
  /** Questions in a quarter of an hour that one server is reckoned to answer in good time: one a second and a half. */
  questions: number
  /** An instance without a task is kept this long. */
  idle_s: number
  log_days: number
}

const architecture = process.env['ASKLAKE_ARCH']
const chosen = STAGES[$app.stage === 'production' ? 'production' : 'dev']
const image = process.env['ASKLAKE_MODEL_IMAGE'] ?? ''

/** Without an image in ASKLAKE_MODEL_IMAGE there is no GPU tier: the embedded model answers everything. */
export const stage: Omit<Stage, 'gpu'> & { gpu: Gpu | null } = {
  ...chosen,
  ...(architecture === 'arm64' || architecture === 'x86_64' ? { architecture } : {}),
  gpu:
    image === ''
      ? null
      : {
          ...chosen.gpu,
          image,
          weights: process.env['ASKLAKE_MODEL_WEIGHTS'] ?? 'model',
          questions: 600,
          idle_s: 300,
          log_days: chosen.logs === '1 week' ? 7 : 90,
        },
}

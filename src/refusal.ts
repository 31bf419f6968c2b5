/**
 * Every expected "no" of the product: its HTTP status, its kind (whose fault) and the default hint. One table, mapped
 * once per door; anything thrown that is not a Refusal is a bug and is reported as one.
 */
export const REFUSALS = {
  'question-empty': { status: 400, kind: 'input', hint: 'Type a question about the data.' },
  'question-too-long': { status: 400, kind: 'input', hint: 'Shorten the question.' },
  'bad-request': { status: 400, kind: 'input', hint: 'Send a JSON body as /openapi.json describes it.' },
  'body-too-large': { status: 413, kind: 'input', hint: 'Send a smaller body.' },
  'dataset-unknown': { status: 404, kind: 'input', hint: 'GET /v1/datasets lists the names.' },
  'dataset-unreadable': { status: 422, kind: 'data', hint: 'Check that the folder exists and can be read.' },
  'dataset-empty': { status: 422, kind: 'data', hint: 'Put CSV, JSON or Parquet files into the folder.' },
  'file-changed': { status: 409, kind: 'data', hint: 'The file was replaced while it was read; ask again.' },
  'store-unavailable': { status: 503, kind: 'data', hint: 'Check the bucket, its region and the credentials.' },
  'answer-unknown': {
    status: 404,
    kind: 'input',
    hint: 'Ask the question again; answers are kept for a limited time.',
  },
  'verified-unknown': {
    status: 404,
    kind: 'input',
    hint: 'GET /v1/datasets/{name}/verified lists the verified questions.',
  },
  'verified-full': { status: 409, kind: 'limit', hint: 'Delete verified questions, or raise verified_max.' },
  'verified-closed': { status: 404, kind: 'setup', hint: 'This door keeps no verified questions.' },
  'table-unknown': { status: 404, kind: 'input', hint: 'GET /v1/datasets/{name} lists the tables.' },
  'ask-lost': { status: 410, kind: 'limit', hint: 'Ask the question again.' },
  'ask-unknown': {
    status: 404,
    kind: 'input',
    hint: 'Ask again; questions are found for a while after they were answered.',
  },
  'embed-wrong': { status: 403, kind: 'input', hint: 'Ask whoever embedded this for a new link.' },
  'embed-expired': { status: 403, kind: 'input', hint: 'Ask whoever embedded this for a new link.' },
  'not-found': { status: 404, kind: 'input', hint: 'GET /openapi.json lists the routes.' },
  'method-not-allowed': {
    status: 405,
    kind: 'input',
    hint: 'Allow names the methods; GET /openapi.json lists the routes.',
  },
  'no-chart': { status: 404, kind: 'input', hint: 'This answer has no chart; ask for another format.' },
  'chart-timeout': { status: 504, kind: 'limit', hint: 'Ask for the spec or the rows instead, or for fewer rows.' },
  'not-answerable': { status: 422, kind: 'question', hint: 'Ask about the tables and columns of the dataset.' },
  'no-draft': { status: 422, kind: 'question', hint: 'Put the question in other words, naming the columns you mean.' },
  unsure: {
    status: 422,
    kind: 'question',
    hint: 'Name the columns you mean, or choose one of the suggested questions.',
  },
  'edit-unfit': { status: 422, kind: 'question', hint: 'Ask it as a question of its own.' },
  'edit-ambiguous': { status: 422, kind: 'question', hint: 'Say which of them is meant.' },
  'sql-too-long': { status: 400, kind: 'sql', hint: 'Shorten the SQL.' },
  'sql-unparseable': { status: 400, kind: 'sql', hint: 'Send one DuckDB SELECT statement.' },
  'sql-not-select': { status: 400, kind: 'sql', hint: 'Only one SELECT statement is run.' },
  'sql-forbidden': { status: 400, kind: 'sql', hint: 'Use only the tables of the dataset and ordinary SQL functions.' },
  'sql-unbindable': { status: 400, kind: 'sql', hint: 'Check the names of tables and columns.' },
  'query-failed': { status: 422, kind: 'data', hint: 'The query could not be run over this data.' },
  'query-timeout': { status: 504, kind: 'limit', hint: 'Narrow the question or raise query_timeout_ms.' },
  'query-memory': { status: 507, kind: 'limit', hint: 'Narrow the question or raise query_memory_mb.' },
  'out-of-time': {
    status: 504,
    kind: 'limit',
    hint: 'Ask again: what was read so far is kept. Large files are read faster as Parquet.',
  },
  'engine-unsupported': {
    status: 422,
    kind: 'sql',
    hint: 'Put it in other words; docs/deploy.md says what the engine of large data cannot do.',
  },
  'engine-unavailable': { status: 503, kind: 'limit', hint: 'Try again in a moment; check setting engine_url.' },
  cancelled: { status: 499, kind: 'input', hint: 'The asker left.' },
  'key-required': {
    status: 401,
    kind: 'access',
    hint: 'Send a key: `Authorization: Bearer asklake_…` (asklake keys add).',
  },
  'key-wrong': { status: 401, kind: 'access', hint: 'The key is wrong or was revoked; ask the operator for another.' },
  'not-permitted': { status: 403, kind: 'access', hint: 'Ask the operator for a key with this right.' },
  'view-broken': {
    status: 503,
    kind: 'access',
    hint: 'What this key may see no longer fits the files; tell the operator, whose log has more.',
  },
  'too-many-requests': { status: 429, kind: 'limit', hint: 'Ask again after the seconds of Retry-After.' },
  busy: { status: 503, kind: 'limit', hint: 'Try again in a moment.' },
  'model-unavailable': { status: 503, kind: 'limit', hint: 'The model could not be loaded; see the log.' },
  'gpu-unavailable': {
    status: 503,
    kind: 'setup',
    hint: 'Set llm_provider to cpu, or install onnxruntime’s CUDA 12 libraries and a driver: docs/llm.md.',
  },
  'prompt-too-long': { status: 400, kind: 'input', hint: 'Shorten the prompt, or lower llm_schema_tokens.' },
  'llm-unavailable': {
    status: 503,
    kind: 'limit',
    hint: 'The language-model server does not answer; check llm_url, llm_key and its log.',
  },
  'bad-setting': { status: 500, kind: 'setup', hint: 'See docs/settings.md.' },
} as const satisfies Record<string, { status: number; kind: string; hint: string }>

export type RefusalCode = keyof typeof REFUSALS

/** An expected "no" that is safe to show: `code` from REFUSALS, `message` what was wrong, `hint` what to do, `suggestions` questions that can be asked instead. */
export class Refusal extends Error {
  readonly code: RefusalCode
  readonly hint: string
  readonly suggestions: string[]
  /** Whole seconds after which asking again may help. */
  readonly retry_s: number | undefined

  constructor(
    code: RefusalCode,
    message: string,
    options: { hint?: string; suggestions?: string[]; retry_s?: number } = {},
  ) {
    super(message)
    this.name = 'Refusal'
    this.code = code
    this.hint = options.hint ?? REFUSALS[code].hint
    this.suggestions = options.suggestions ?? []
    this.retry_s = options.retry_s
  }

  get status(): number {
    return REFUSALS[this.code].status
  }
}

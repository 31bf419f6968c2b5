/** Every limit and choice: its default, and one sentence why. Read from `ASKLAKE_<NAME>` in capitals. */
export const SETTINGS = {
  data: { default: 'examples', why: 'Folder or s3://bucket/prefix whose sub-folders are datasets.' },
  port: { default: 8787, why: 'Port of the local server.' },
  host: {
    default: '127.0.0.1',
    why: 'Address the local server binds to; only this machine until someone decides otherwise.',
  },
  shutdown_ms: {
    default: 25000,
    why: 'Time for answers under way when the server is told to stop; Kubernetes and ECS kill after 30 seconds.',
  },
  state_dir: {
    default: '',
    why: 'Folder for plans, answers and mirrored objects; empty means .asklake in the home folder (or /tmp on Lambda).',
  },
  shared: {
    default: '',
    why: 'Folder or s3://bucket/prefix of the plans, answers, catalogs and feedback that several machines share; empty keeps them in state_dir and in memory.',
  },
  s3_endpoint: { default: '', why: 'Address of another service that speaks S3; empty means AWS.' },
  s3_region: { default: '', why: 'Region of the bucket; empty means AWS_REGION or the profile.' },
  s3_path_style: { default: false, why: 'endpoint/bucket/key addresses, which most services other than AWS need.' },
  s3_mirror_mb: { default: 10240, why: 'Local copies of objects kept on disk; the least recently used go first.' },
  s3_parallel: {
    default: 8,
    why: 'Ranged reads at once: one S3 connection gives about 90 MB/s, a few fill the network.',
  },
  s3_part_mb: { default: 16, why: 'Size of one ranged read; S3 advises 8 to 16 MB.' },
  s3_timeout_ms: {
    default: 8000,
    why: 'Without a byte for this long, a connection to the object store is given up and the request made again.',
  },
  httpfs: {
    default: '',
    why: 'Path of DuckDB’s httpfs extension, of the very version of DuckDB: with it large Parquet files in a bucket are read by ranges where they lie; empty copies every file.',
  },
  httpfs_min_mb: {
    default: 64,
    why: 'Parquet objects from this size on are read where they lie; smaller ones are copied as fast as they are looked at.',
  },
  question_max_chars: {
    default: 2000,
    why: 'A question is a sentence or two; longer text is a paste by mistake or an attack.',
  },
  sql_max_bytes: {
    default: 20000,
    why: 'Above any hand-written query; parsing costs grow with length (SECURITY measurements).',
  },
  rows_max: {
    default: 1000,
    why: 'Rows in an answer when the question names no limit: more than anyone reads, small enough for a browser.',
  },
  rows_limit: { default: 50000, why: 'Most rows a caller can ask for with `limit`.' },
  answer_max_mb: { default: 16, why: 'Bytes of rows in one answer; a few long strings must not fill memory.' },
  query_timeout_ms: { default: 10000, why: 'A person waits no longer; also below the time limits of gateways.' },
  query_memory_mb: { default: 512, why: 'DuckDB memory_limit of one query process.' },
  query_process_mb: {
    default: 1500,
    why: 'Kernel limit on the data segment of a query process: what memory_limit does not hold, this does.',
  },
  query_threads: {
    default: 2,
    why: 'Threads of one query: two answer most files in milliseconds and leave the machine usable.',
  },
  query_processes: { default: 2, why: 'Query processes kept; one spare is warm besides.' },
  query_load_mb: {
    default: 256,
    why: 'Files of a dataset up to this size (Parquet counts five times) are loaded into a query process; larger ones are read from disk by every query.',
  },
  query_load_timeout_ms: {
    default: 60000,
    why: 'Loading a dataset into a query process; beyond it the files are too large or too slow to read.',
  },
  query_columns_max: { default: 2000, why: 'Columns of one result; more is a matrix nobody reads.' },
  query_parse_timeout_ms: { default: 2000, why: 'Parsing takes a millisecond; text that takes longer is made to.' },
  query_queue_max: { default: 64, why: 'Queries that may wait for a process; more are told to come back.' },
  query_spill_mb: { default: 1024, why: 'Temporary disk space of one query process.' },
  catalog_values_per_column: {
    default: 5000,
    why: 'Distinct text values kept per column for linking; beyond it only exact look-ups in the data help.',
  },
  catalog_check_ms: {
    default: 2000,
    why: 'How late a changed file may be noticed; listing a folder costs a millisecond, a bucket some tens.',
  },
  catalog_frequent_values: { default: 12, why: 'Frequent values kept per column, enough to describe a category.' },
  catalog_value_max_chars: {
    default: 200,
    why: 'Longer text is prose, which no question quotes: it is left out of the kept values.',
  },
  catalog_full_mb: {
    default: 256,
    why: 'Files of a table up to this size are profiled whole; larger ones by a sample, so that reading a catalog stays a matter of seconds.',
  },
  catalog_sample_rows: {
    default: 200000,
    why: 'Rows sampled of a larger table: shares and frequent values are then right to about 0.2 points.',
  },
  catalog_table_timeout_ms: {
    default: 120000,
    why: 'One pass over the files of a table: 2 GB of CSV take about 15 s; a file that takes longer is left out with a note.',
  },
  catalog_memory_mb: { default: 1024, why: 'DuckDB memory_limit of the process that profiles files.' },
  catalog_columns_max: { default: 2000, why: 'Columns kept of one table; beyond it a file is a matrix, not a table.' },
  catalog_tables_max: { default: 1000, why: 'Tables kept of one dataset, first by name.' },
  draft_beams: {
    default: 4,
    why: 'Beams of the embedded model: five points of accuracy over greedy at 1.5 times the time.',
  },
  draft_max_steps: { default: 60, why: 'Longest program; the longest of Spider is 57 tokens.' },
  draft_schema_tokens: {
    default: 400,
    why: 'Schema tokens shown to the model; larger catalogs are cut to the linked part.',
  },
  draft_threads: { default: 2, why: 'Threads of one run of the model; matrices this small gain nothing from more.' },
  llm_url: {
    default: '',
    why: 'Address of an OpenAI-compatible server (`asklake model serve`, vLLM, llama.cpp) up to /v1; empty asks none.',
  },
  llm_model: { default: '', why: 'Name of the model there; empty takes the first of its /v1/models.' },
  llm_key: { default: '', why: 'Sent to it as a bearer token.' },
  llm_when: {
    default: 'unsure',
    why: 'When the server is asked: `unsure` of the embedded model’s drafts, `always`, or `never`. The embedded model answers most questions in milliseconds and for nothing.',
  },
  llm_unsure_below: {
    default: 0.5,
    why: 'Probability of the embedded model’s best draft below which it is unsure: it is then torn between readings.',
  },
  llm_samples: { default: 4, why: 'Drafts asked for: their results vote (self-consistency, Wang et al. 2022).' },
  llm_temperature: { default: 0.5, why: 'How far drafts differ; 0 gives one draft.' },
  llm_max_tokens: { default: 400, why: 'Longest draft in tokens: four times the longest SQL of the examples.' },
  llm_grammar: {
    default: 'structured_outputs',
    why: 'How the server is told the SQL grammar: `structured_outputs` (vLLM, asklake), `grammar` (llama.cpp), or `none`.',
  },
  llm_prompt: {
    default: 'full',
    why: 'Folder of prompts/ to use: `full`, or `compact` for the small model in the package.',
  },
  llm_schema_tokens: {
    default: 1500,
    why: 'Schema shown to a large model, in tokens; larger catalogs are cut to the linked part.',
  },
  llm_values: {
    default: 3,
    why: 'Frequent values of a text column shown to the server; 0 sends names and types alone, no data.',
  },
  llm_examples: { default: 4, why: 'Verified questions shown as examples, likest first.' },
  llm_timeout_ms: { default: 8000, why: 'One attempt: a GPU writes a statement in one to three seconds.' },
  llm_budget_ms: {
    default: 12000,
    why: 'All attempts and the repair together; beyond it a person would rather have the embedded model’s answer.',
  },
  llm_attempts: { default: 3, why: 'Attempts at one request, waiting longer each time.' },
  llm_retry_ms: {
    default: 200,
    why: 'Longest wait before the second attempt, doubled for each further one; the wait is drawn evenly below it.',
  },
  llm_breaker_failures: { default: 5, why: 'Failures in a row after which the server is left alone for a while.' },
  llm_breaker_ms: { default: 30000, why: 'How long it is left alone; then one request tries it.' },
  wanted_queue_url: {
    default: '',
    why: 'SQS queue that gets a message for each question that wants the large model, so that servers start by how many there are.',
  },
  llm_graph: {
    default: '',
    why: 'Graph of the weights that `asklake model serve` runs (`model_q4`); empty takes the smallest there is.',
  },
  llm_provider: { default: 'cpu', why: '`cuda` runs on an NVIDIA GPU; it needs onnxruntime’s CUDA libraries.' },
  llm_threads: { default: 2, why: 'Threads of one pass on the CPU.' },
  llm_rows: { default: 16, why: 'Texts written together: each further row costs a fraction of the first.' },
  llm_prompt_chunk: {
    default: 256,
    why: 'Prompt tokens read at once: texts being written wait so long for a new prompt.',
  },
  llm_prefix_mb: {
    default: 512,
    why: 'Keys and values kept of prompts: one that begins alike reads only what is new.',
  },
  llm_queue_max: { default: 64, why: 'Requests that may wait for the model; more are told to come back.' },
  keys: {
    default: '',
    why: 'YAML file (folder path or s3://bucket/path) of the keys that may ask, written by `asklake keys`; empty asks for no key, which is for this machine alone.',
  },
  keys_check_ms: {
    default: 2000,
    why: 'How often the key file is looked at; a revoked key works no longer than twice this.',
  },
  wrong_keys_per_minute: {
    default: 30,
    why: 'Wrong keys from one address in a minute; beyond it they are told to wait. Keys cannot be guessed: this keeps logs short.',
  },
  allow_anonymous: {
    default: false,
    why: 'Answers askers without a key on an address that others reach; only behind a gateway that knows who they are.',
  },
  request_timeout_ms: {
    default: 15000,
    why: 'A request that has not arrived whole by then is given up: it holds a place meanwhile. The largest has 64 kB.',
  },
  requests_at_once: {
    default: 0,
    why: 'Requests answered at once; more are told to come back, at once, so that those that are in keep their speed. 0 means twelve for each core of the machine.',
  },
  key_requests_at_once: { default: 8, why: 'Requests of one key answered at once: a dashboard of eight panels.' },
  key_rate_per_minute: {
    default: 240,
    why: 'Requests of one key in a minute, on average: four a second, more than people ask.',
  },
  key_rate_burst: {
    default: 60,
    why: 'Requests a rested key may send at once before its rate counts: a dashboard opening.',
  },
  cors_origins: {
    default: '',
    why: 'Origins of other pages whose scripts may call the API, blank between them (https://bi.example.com); empty means none.',
  },
  frame_ancestors: {
    default: '',
    why: 'Origins of the pages that may show /embed in a frame, blank between them; empty means only our own.',
  },
  draft_lease_ms: {
    default: 10000,
    why: 'How long a plan that another machine is making of the same question is waited for, where setting shared names a store; 0 makes it here as well.',
  },
  log_requests: { default: true, why: 'One line of JSON for every request, on standard error.' },
  log_text: {
    default: false,
    why: 'Puts questions and SQL into the log and the audit log; they may hold what nobody else should read.',
  },
  audit: {
    default: '',
    why: 'Folder or s3://bucket/prefix of the audit log; empty means state_dir/audit where keys are set and none elsewhere, off means none.',
  },
  engine_min_mb: {
    default: 4096,
    why: 'Datasets from this size on are asked of the engine; below it DuckDB is faster and costs nothing.',
  },
  athena_workgroup: {
    default: '',
    why: 'Workgroup of Athena that datasets above engine_min_mb are asked of, when their tables are Parquet in a bucket; it says where results go. Needs shared in a bucket.',
  },
  athena_endpoint: { default: '', why: 'Another address than AWS’s for Athena: a VPC endpoint.' },
  engine_url: {
    default: '',
    why: 'Address of Trino (https://trino.example:8443); empty leaves every query to DuckDB.',
  },
  engine_user: { default: 'asklake', why: 'Name that Trino knows us by.' },
  engine_token: { default: '', why: 'Sent to Trino as a bearer token.' },
  engine_catalog: {
    default: 'hive',
    why: 'Catalog of Trino that holds a schema for each dataset, named as it, with its tables.',
  },
  slack_signing_secret: { default: '', why: 'Slack signs every request with it; empty closes the Slack door.' },
  slack_bot_token: { default: '', why: 'Lets answers, charts and files be posted; from the Slack app’s page.' },
  slack_dataset: { default: '', why: 'Dataset asked from Slack when a question names none and there are several.' },
  slack_rights: {
    default: '',
    why: 'Who in Slack may ask what: `user:U1=key:finance; channel:C2=northwind,flights; team:T3=*; *=none`, the most particular rule decides; empty lets everybody ask everything, or nobody where keys are set.',
  },
  slack_api_url: { default: '', why: 'Another address than Slack’s Web API, for tests and for GovSlack.' },
  slack_hooks_origin: { default: '', why: 'The only origin a response_url may have; empty means Slack’s own.' },
  slack_lease_ms: {
    default: 15000,
    why: 'A worker that has not renewed its hold on a question for this long is dead, and another takes it up.',
  },
  slack_parallel: { default: 2, why: 'Questions from Slack answered at once by a local server.' },
  plans_max: { default: 10000, why: 'Plans kept in memory, least recently used go first (about 2 kB each).' },
  alternative_min_share: {
    default: 0.15,
    why: 'Share of probability among drafts from which another reading is shown.',
  },
  refuse_below: {
    default: 0.6,
    why: 'Confidence (0 to 1) below which a question is refused when half of the words that should name data match nothing. 0 answers always.',
  },
  working_parts_max: {
    default: 12,
    why: 'Parts of a statement that are run when its working is shown; more is read by nobody.',
  },
  answers_max: { default: 200, why: 'Answers kept in memory by id, least recently used go first.' },
  answers_disk_mb: {
    default: 512,
    why: 'Answers kept in state_dir for permalinks and downloads after a restart, oldest go first (a usual answer has 10 kB); in a shared store the bucket’s rules decide.',
  },
  asks_max: {
    default: 100,
    why: 'Questions answered in the background (Prefer: wait), with those that ended a while ago; more are refused.',
  },
  files_max: {
    default: 4,
    why: 'Files kept for readers that fetch them in parts by Range (16 MB at most each): the parts must be of one file.',
  },
  embed_secret: {
    default: '',
    why: 'Signs links that others open without a key; empty makes one, kept in state_dir or in the shared store.',
  },
  embed_max_days: { default: 366, why: 'Longest life of a signed link: one that nobody remembers ends by itself.' },
  verified_max: { default: 1000, why: 'Verified questions kept of one dataset: all are read at once.' },
  chart_max_marks: { default: 5000, why: 'Marks drawn inline; more cannot be told apart and slow the browser.' },
  chart_timeout_ms: { default: 10000, why: 'Time to draw one PNG or SVG; usually 60 ms, a first one half a second.' },
  verify_max_rows: {
    default: 5000000,
    why: 'Rows of all joined tables up to which findings are measured by further queries; beyond it they would cost more than the answer.',
  },
} as const satisfies Record<string, { default: string | number | boolean; why: string }>

export type SettingName = keyof typeof SETTINGS

type Widen<T> = T extends number ? number : T extends boolean ? boolean : string

export type Settings = { -readonly [K in SettingName]: Widen<(typeof SETTINGS)[K]['default']> }

/** Defaults overlaid with `ASKLAKE_*` (and `PORT`); throws one Error that lists every bad value. */
export function readSettings(env: Record<string, string | undefined> = process.env): Settings {
  const problems: string[] = []
  const settings: Record<string, string | number | boolean> = {}
  for (const [name, { default: fallback }] of Object.entries(SETTINGS)) {
    const key = `ASKLAKE_${name.toUpperCase()}`
    const text = env[key] ?? (name === 'port' ? env['PORT'] : undefined)
    settings[name] = text === undefined || text === '' ? fallback : parseSetting(key, text, fallback, problems)
  }
  if (problems.length > 0) throw new Error(`Bad settings:\n${problems.join('\n')}`)
  return settings as Settings
}

function parseSetting<T extends string | number | boolean>(key: string, text: string, fallback: T, problems: string[]) {
  if (typeof fallback === 'string') return text
  if (typeof fallback === 'boolean') {
    if (text === 'true' || text === 'false') return text === 'true'
    problems.push(`${key}=${text}: expected true or false`)
    return fallback
  }
  const number = Number(text)
  if (Number.isFinite(number) && number >= 0) return number
  problems.push(`${key}=${text}: expected a number of at least 0`)
  return fallback
}

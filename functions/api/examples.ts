/** What the reference shows of each operation, by method and path; held against its schemas by a test. */

const ID = '0b6d0d5e-3c9e-4d57-8d8e-5f0f6e0f7a10'
const VERIFIED_ID = '5b1e7f0a-60f7-4b8e-9a58-6f0d3f1f0c77'
const SQL = 'SELECT ShipCountry, count(*) AS count\nFROM Orders\nGROUP BY ShipCountry\nORDER BY count DESC\nLIMIT 3'
const QUESTION = 'number of orders per ship country, top 3'
const MODEL = 'asklake-embedded-1'
const SCHEMA = '5f2b7c9d0a1e3f48'
const DATA = '9c1d2e3f4a5b6c7d'

const ROWS = [
  ['USA', 122],
  ['Germany', 122],
  ['Brazil', 83],
]

const CHART = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  description: 'A bar chart: number of orders per ship country, top 3. From 83 (Brazil) to 122 (USA).',
  data: { values: ROWS.map(([c0, c1]) => ({ c0, c1 })) },
  mark: { type: 'bar' },
  encoding: { x: { field: 'c0', type: 'ordinal' }, y: { field: 'c1', type: 'quantitative' } },
}

const ANSWER = {
  id: ID,
  question: QUESTION,
  dataset: 'northwind',
  sql: SQL,
  columns: [
    { name: 'ShipCountry', type: 'VARCHAR' },
    { name: 'count', type: 'BIGINT' },
  ],
  rows: ROWS,
  row_count: 3,
  truncated: false,
  chart: CHART,
  explanation:
    'Computes the number of orders for each ship country. Sorted by number of orders, largest first. Only the first 3 rows are shown.',
  findings: [{ code: 'tie', level: 'info', text: 'USA and Germany have the same number of orders.' }],
  confidence: 0.86,
  alternatives: [],
  plan: { key: 'f0e1d2c3b4a5968778695a4b3c2d1e0f', cached: false, model: MODEL, catalog: DATA },
  timings_ms: { catalog: 0.4, recall: 0.3, link: 3.1, draft: 31.8, choose: 5.2, check: 0.9, execute: 2.2, total: 46.7 },
}

const VERIFIED = {
  id: VERIFIED_ID,
  dataset: 'northwind',
  question: QUESTION,
  paraphrases: ['which 3 countries got the most orders'],
  sql: SQL,
  chart: null,
  linked: [],
  origin: MODEL,
  schema: SCHEMA,
  result: { columns: ['ShipCountry', 'count'], rows: 3, digest: '0123456789abcdef', data: DATA },
  approved_at: '2026-03-02T09:15:00.000Z',
}

const CATALOG = {
  dataset: 'northwind',
  tables: [
    {
      name: 'Orders',
      rows: 830,
      primaryKey: ['OrderID'],
      columns: [
        {
          name: 'ShipCountry',
          type: 'VARCHAR',
          kind: 'text',
          role: 'place',
          nullShare: 0,
          distinct: 21,
          frequent: [{ value: 'USA', count: 122 }],
        },
      ],
    },
  ],
  joins: [
    {
      from: { table: 'Orders', columns: ['CustomerID'] },
      to: { table: 'Customers', columns: ['CustomerID'] },
      source: 'inferred',
      inclusion: 1,
    },
  ],
}

const REPLAY = {
  of: ID,
  asked_at: '2026-03-02T09:15:00.000Z',
  answer: { ...ANSWER, id: '7d0d4f0a-1c55-4a3f-8a55-2a3f0c9b7e21', rows: [['USA', 124], ...ROWS.slice(1)] },
  changed: {
    data: { changed: true, files: [{ path: 'Orders.csv', change: 'changed' }] },
    rows: { changed: true, before: 3, after: 3, added: [['USA', 124]], removed: [['USA', 122]] },
    plan: { changed: false, sql: SQL, refused: null },
    model: { changed: false, before: MODEL, now: MODEL },
  },
  summary: [
    'The data has changed since: Orders.csv (changed).',
    'The rows are others than before (3 rows then, 3 now).',
  ],
}

const EMBED_URL = 'http://127.0.0.1:8787/embed?token=eyJkYXRhc2V0Ijoibm9ydGh3aW5kIn0.c2lnbmVk'

const EMBED = {
  url: EMBED_URL,
  csv_url: 'http://127.0.0.1:8787/embed/answer.csv?token=eyJkYXRhc2V0Ijoibm9ydGh3aW5kIn0.c2lnbmVk',
  iframe: `<iframe src="${EMBED_URL}" title="${QUESTION}" width="100%" height="480" style="border:0" loading="lazy"></iframe>`,
  panel: `<script type="module" src="http://127.0.0.1:8787/embed/panel.js"></script>\n<asklake-panel src="${EMBED_URL}" label="${QUESTION}"></asklake-panel>`,
  expires_at: '2026-04-01T09:15:00.000Z',
}

const PANEL = {
  dataset: 'northwind',
  title: QUESTION,
  pinned: true,
  refresh_s: 60,
  expires_at: '2026-04-01T09:15:00.000Z',
  questions: ['Average freight by ship country'],
}

const RECORDS = ROWS.map(([ShipCountry, count]) => ({ ShipCountry, count }))
const CSV = `ShipCountry,count\r\n${ROWS.map((row) => `${row.join(',')}\r\n`).join('')}`
const BINARY = '(bytes)'

/** An operation's body and its 200. */
export const EXAMPLES: Record<string, { body?: unknown; answer?: unknown }> = {
  'POST /v1/ask': { body: { question: QUESTION, dataset: 'northwind' }, answer: ANSWER },
  'POST /v1/sql': { body: { sql: SQL, dataset: 'northwind', question: QUESTION }, answer: ANSWER },
  'GET /v1/ask': { answer: ANSWER },
  'GET /v1/ask.csv': { answer: CSV },
  'GET /v1/ask.json': { answer: RECORDS },
  'GET /v1/ask.parquet': { answer: BINARY },
  'GET /v1/ask.arrow': { answer: BINARY },
  'GET /v1/asks/{id}': { answer: ANSWER },
  'GET /v1/datasets': {
    answer: {
      datasets: [{ name: 'northwind', title: 'Northwind', tables: 11, questions: ['Average freight by ship country'] }],
    },
  },
  'GET /v1/datasets/{name}': { answer: CATALOG },
  'GET /v1/datasets/{name}/tables/{table}/profile': {
    answer: { table: 'Orders', columns: [{ name: 'Freight', bins: [{ from: '0.02', to: '83.988', count: 612 }] }] },
  },
  'GET /v1/answers/{id}': { answer: ANSWER },
  'GET /v1/answers/{id}/working': {
    answer: {
      sql: SQL,
      parts: [
        {
          kind: 'rows',
          text: 'Orders',
          sql: 'SELECT * FROM Orders',
          depth: 0,
          rows: 830,
          columns: [{ name: 'ShipCountry', type: 'VARCHAR' }],
          sample: [['France']],
        },
      ],
    },
  },
  'POST /v1/answers/{id}/replay': { answer: REPLAY },
  'POST /v1/answers/{id}/feedback': { body: { verdict: 'up', comment: 'Checked against the ledger.' } },
  'GET /v1/datasets/{name}/verified': { answer: { verified: [VERIFIED] } },
  'POST /v1/datasets/{name}/verified': {
    body: { question: QUESTION, sql: SQL, paraphrases: VERIFIED.paraphrases },
    answer: VERIFIED,
  },
  'PATCH /v1/datasets/{name}/verified/{id}': { body: { paraphrases: VERIFIED.paraphrases }, answer: VERIFIED },
  'POST /v1/datasets/{name}/verified/test': {
    answer: { drifts: [{ id: VERIFIED_ID, question: QUESTION, drift: 'data', detail: '3 rows when approved, 3 now' }] },
  },
  'POST /v1/embeds': { body: { dataset: 'northwind', question: QUESTION, refresh_s: 60 }, answer: EMBED },
  'GET /embed/about': { answer: PANEL },
  'GET /embed/answer': { answer: ANSWER },
  'GET /embed/answer.csv': { answer: CSV },
  'POST /embed/ask': { body: { question: QUESTION }, answer: ANSWER },
}

/** Every operation's 202. */
export const UNDER_WAY = {
  id: '3f6c1c1e-7a77-4c0f-9c0b-0d1a4a0f5c11',
  state: 'running',
  step: 'execute',
  started_at: '2026-03-02T09:15:00.000Z',
}

/** Every operation's refusal. */
export const PROBLEM = {
  type: 'urn:asklake:problem:not-answerable',
  title: 'not answerable',
  status: 422,
  detail: 'Nothing in northwind matches "weather".',
  code: 'not-answerable',
  hint: 'Ask about the tables and columns of the dataset.',
  suggestions: ['Average freight by ship country'],
}

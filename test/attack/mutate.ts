/** A seeded generator of numbers from 0 to 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const SPACES = [' ', '\n', '\t', '/**/', '/* x */', '--\n', '\u00a0', '\u3000', '\u200b', '\r\n', '\f']
const WRAPS = [
  'SELECT * FROM (~) q',
  'WITH q AS (~) SELECT * FROM q',
  'WITH RECURSIVE q AS (~) SELECT * FROM q',
  'SELECT (~)',
  'SELECT 1 WHERE EXISTS (~)',
  '~ UNION ALL SELECT 1',
  'SELECT id FROM orders UNION ALL BY NAME ~',
  '(~)',
  '~;',
  ';~',
  'SELECT 1;~',
  'DESCRIBE ~',
  'SUMMARIZE ~',
  'EXPLAIN ~',
  'SELECT ARRAY(~)',
  'SELECT [x FOR x IN ARRAY(~)]',
  'FROM orders, LATERAL (~)',
  'WITH secret AS (SELECT 1 AS id, 2 AS secret_note) ~',
  'SELECT (WITH secret AS (SELECT 1) SELECT 1), (~)',
  'PREPARE p AS ~',
  "FROM query('~')",
  'COPY (~) TO STDOUT',
  'CREATE VIEW v AS ~',
  'VALUES ((~))',
  'SELECT * FROM orders WHERE id IN (~)',
  'PIVOT (~) ON 1',
  '/* ~ */ ~',
  "SELECT '~'",
  'SELECT $$~$$',
  'SELECT * REPLACE ((~) AS id) FROM orders',
]

type Mutation = (sql: string, random: () => number, other: string) => string

/** Ways to say the same, or nearly: what a filter over text would miss. */
const MUTATIONS: Mutation[] = [
  (sql, random) => [...sql].map((sign) => (random() < 0.3 ? swapCase(sign) : sign)).join(''),
  (sql, random) => sql.replace(/ /g, () => (random() < 0.4 ? choice(SPACES, random) : ' ')),
  (sql, random) => sql.replace(/\b[a-z_]{3,}\b/g, (word) => (random() < 0.2 ? `"${word}"` : word)),
  (sql, random) => sql.replace(/\b([a-z_]{3,})(?=\()/g, (word) => (random() < 0.4 ? `main.${word}` : word)),
  (sql, random) => sql.replace(/\b(secret|orders|all_rows)\b/g, (word) => (random() < 0.5 ? `main.${word}` : word)),
  (sql, random) => choice(WRAPS, random).replaceAll('~', () => sql),
  (sql, random, other) => cut(sql, random) + other.slice(Math.floor(random() * other.length)),
  (sql, random) => cut(sql, random) + choice(SPACES, random) + sql.slice(Math.floor(random() * sql.length)),
  (sql, random) => {
    const at = Math.floor(random() * sql.length)
    return sql.slice(0, at) + sql.slice(at + 1 + Math.floor(random() * 6))
  },
  (sql, random) => sql.replace(/[a-z]/g, (sign) => (random() < 0.02 ? (LOOKALIKES[sign] ?? sign) : sign)),
  (sql) => sql.replace(/'([^']*)'/, "E'$1'"),
  (sql) => sql.replace(/'([^']*)'/, '$$$$$1$$$$'),
  (sql) =>
    sql.replace(
      /'([^']*)'/,
      (_, text: string) => `(${[...text].map((sign) => `chr(${sign.codePointAt(0)})`).join('||')})`,
    ),
]

const LOOKALIKES: Record<string, string> = {
  k: '\u212a',
  s: '\u017f',
  i: '\u0131',
  e: '\u0435',
  o: '\u043e',
  a: '\u0430',
}

function swapCase(sign: string): string {
  return sign === sign.toUpperCase() ? sign.toLowerCase() : sign.toUpperCase()
}

function cut(sql: string, random: () => number): string {
  return sql.slice(0, Math.floor(random() * sql.length))
}

function choice<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] as T
}

/** One to three mutations of a statement drawn from `seeds`. */
export function mutant(seeds: readonly string[], random: () => number): string {
  let sql = choice(seeds, random)
  for (let left = 1 + Math.floor(random() * 3); left > 0; left--) {
    sql = choice(MUTATIONS, random)(sql, random, choice(seeds, random))
  }
  return sql
}

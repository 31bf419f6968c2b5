import { Refusal } from '../refusal.ts'
import { BOUNDS } from './bounds.ts'

/** The text DuckDB may parse: the statement without a closing semicolon. Refuses text that costs the parser too much or hides something from it. */
export function plainText(sql: string, maxBytes: number): string {
  const bytes = Buffer.byteLength(sql)
  if (bytes > maxBytes) throw new Refusal('sql-too-long', `The SQL has ${bytes} bytes; at most ${maxBytes} are run.`)
  if (/\p{Surrogate}/u.test(sql)) throw new Refusal('sql-unparseable', 'The SQL is not well-formed Unicode.')
  // DuckDB drops what follows a NUL without a word, so that text and parsed statement would differ.
  if (/[^\P{Cc}\t\n\r]/u.test(sql)) throw new Refusal('sql-unparseable', 'The SQL contains control characters.')
  if (bracketDepth(sql) > BOUNDS.brackets.most) throw tooNested(`brackets nest deeper than ${BOUNDS.brackets.most}`)
  if (sql.split('/*').length - 1 > BOUNDS.comments.most) throw tooNested('there are too many comments')
  return withoutSemicolon(sql)
}

function tooNested(what: string): Refusal {
  return new Refusal('sql-forbidden', `The SQL is too deeply nested: ${what}.`, { hint: 'Write a simpler query.' })
}

function bracketDepth(sql: string): number {
  let depth = 0
  let deepest = 0
  for (const sign of sql) {
    if (sign === '(' || sign === '[' || sign === '{') deepest = Math.max(deepest, ++depth)
    else if (sign === ')' || sign === ']' || sign === '}') depth = Math.max(0, depth - 1)
  }
  return deepest
}

/** One token after which a semicolon would not be the statement's end: text, quoted name, dollar-quoted text, comment. */
const QUOTED = /'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$[A-Za-z_]*\$)[\s\S]*?\1|--[^\n]*|\/\*[\s\S]*?\*\//gy

/**
 * Cuts off semicolons with nothing but space and comments behind them, because the statement is run inside brackets. What is
 * returned is what gets parsed, walked and run, so a mistake here can only turn into a parse error.
 */
function withoutSemicolon(sql: string): string {
  if (!sql.includes(';')) return sql
  let end = -1
  for (let at = 0; at < sql.length; ) {
    QUOTED.lastIndex = at
    const quoted = QUOTED.exec(sql)?.[0]
    const token = quoted ?? sql.charAt(at)
    if (token === ';') end = end < 0 ? at : end
    else if (!/^\s$|^--|^\/\*/.test(token)) end = -1
    at += token.length
  }
  return end < 0 ? sql : sql.slice(0, end)
}

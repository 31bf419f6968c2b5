/**
 * The language the embedded model speaks: a SELECT-first program of keywords and pointers, 10–25 tokens long, that names
 * no identifier and spells no literal. A pointer is either an item of the catalog (`itemsOf` numbering) or a word of the
 * question (`Links.words` numbering), so every program is a query over real columns.
 *
 * ```
 * query   := body [("union"|"intersect"|"except") query]
 * body    := "select" ["distinct"] expr+ ["where" conds] ["group" gexpr+] ["having" conds]
 *            ["order" (expr+ ("asc"|"desc"))+] ["limit" lim ["per" gexpr+]] from
 * from    := "from" ( table (["left"] table)* {"on" col col} | "(" query ")" )
 * expr    := [wrap] term [arith term]                   wrap  := "share"|"running"|"growth"   (over the aggregate that follows)
 * term    := [agg ["distinct"]] (col|"*") ["when" conds] | fn col
 * agg     := "count"|"sum"|"avg"|"min"|"max"|"median"|"stddev"
 * fn      := "year"|"quarter"|"month"|"week"|"day"|"hour"|"weekday"|"monthname"|"bin"
 * gexpr   := col | fn col
 * conds   := cond (("and"|"or") cond)*
 * cond    := expr ["not"] ( cmp val | "between" val val | like span | "in" "(" query ")" | "is" "null" )
 * cmp     := "="|">"|"<"|">="|"<="|"!="                 like  := "like" (%x%) | "starts" (x%) | "ends" (%x)
 * val     := span | const | col | "(" query ")"         span  := word word   (first and last word of the value, at most 10)
 * const   := "#0"|"#1"|"#2"|"#3"|"#true"|"#false"       lim   := span | "#1" | "#2" | "#3"
 * ```
 * Commas are not needed: every expr ends in a column or "*". "year" is a number, "quarter", "month", "week", "day" and
 * "hour" are the start of that period (a timestamp bucket), "weekday" and "monthname" are the recurring part,
 * "bin" a histogram's bucket. "limit 3 per c" keeps three rows for each c. A date column compared with a span means the
 * whole period the span names ("2014", "March 2014", "last 30 days"). "when" counts only rows that satisfy its conditions;
 * "share … when" is their percentage of all rows of the group, "share" without it the percentage of all groups together.
 * "sum c1 mul c2" (an aggregate, then a plain column) is the aggregate of the product. "or" between two tests of one
 * expression binds tighter than "and". "avg *" over a query in FROM is the average of that query's last aggregate.
 * Order keys in a row share the direction that ends them.
 */
export const KEYWORDS = [
  '<eos>', 'select', 'distinct', 'where', 'and', 'or', 'not', '(', ')', 'from', 'left', 'on', 'group', 'having',
  'order', 'asc', 'desc', 'limit', 'per', 'union', 'intersect', 'except',
  '=', '>', '<', '>=', '<=', '!=', 'between', 'in', 'like', 'starts', 'ends', 'is', 'null',
  'count', 'sum', 'avg', 'min', 'max', 'median', 'stddev', 'share', 'running', 'growth',
  '*', '-', '+', '/', 'mul', 'when', '#0', '#1', '#2', '#3', '#true', '#false',
  'year', 'quarter', 'month', 'week', 'day', 'hour', 'weekday', 'monthname', 'bin',
] as const // biome-ignore format: a table

export type Keyword = (typeof KEYWORDS)[number]

/** Width of the model's keyword softmax: room to add keywords without a change of shape. */
export const KEYWORD_SLOTS = 96

export type Token = { keyword: Keyword } | { item: number } | { word: number }

/** A query in the language above, without the closing `<eos>`. */
export type Program = Token[]

/** The program as text for tests and logs: keywords as they are, item 12 as `i12`, word 3 as `w3`. */
export function programText(program: Program): string {
  return program.map(tokenText).join(' ')
}

function tokenText(token: Token): string {
  if ('keyword' in token) return token.keyword
  return 'item' in token ? `i${token.item}` : `w${token.word}`
}

/** Reads `programText`'s notation back; throws on a word that is neither keyword nor pointer. */
export function parseProgram(text: string): Program {
  return text.trim().split(/\s+/).map(readToken)
}

function readToken(text: string): Token {
  const pointer = /^([iw])(\d+)$/.exec(text)
  if (pointer) return pointer[1] === 'i' ? { item: Number(pointer[2]) } : { word: Number(pointer[2]) }
  const keyword = KEYWORDS.find((word) => word === text)
  if (keyword === undefined) throw new Error(`not a token of a program: ${text}`)
  return { keyword }
}

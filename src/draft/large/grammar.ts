import type { Column, Kind } from '../../catalog.ts'
import { quoteName, quoteText } from '../compile/quote.ts'
import { type Joined, joinedSets } from './joined.ts'
import type { ShownSchema } from './schema.ts'

export interface SqlGrammarOptions {
  /** Table sets at most; further joins cannot be written. */
  sets: number
  /** `bound`: a text column whose values are all known is compared with those alone. */
  strings: 'free' | 'bound'
}

/** Sets beyond this make the text too long for a server that compiles it anew for every question. */
export const GRAMMAR_OPTIONS: SqlGrammarOptions = { sets: 40, strings: 'free' }

/**
 * DuckDB SELECT statements over a schema as a GBNF grammar: columns come from tables in FROM, tables are joined along
 * their keys, functions get columns of a kind they take; a WITH names one grouped table `part`, windows rank and run on. Whatever it accepts parses and passes the check; lists, texts and
 * sub-queries are bounded. What it cannot hold is that columns beside aggregates stand in GROUP BY.
 */
export function sqlGrammar(schema: ShownSchema, options: SqlGrammarOptions = GRAMMAR_OPTIONS): string {
  const sets = joinedSets(schema, options.sets)
  const numbers = sets.map((_, set) => set)
  const lines = [
    'root ::= query',
    oneOf(
      'query',
      numbers.flatMap((set) => [`core${set} (ws setop ws anycore | (ws order${set})? (ws limit)?)`, `with${set}`]),
    ),
    oneOf(
      'anycore',
      numbers.map((set) => `core${set}`),
    ),
    oneOf(
      'scalar',
      numbers.map((set) => `scalar${set}`),
    ),
    oneOf(
      'inner',
      numbers.map((set) => `inner${set}`),
    ),
    oneOf(
      'first',
      numbers.map((set) => `inner${set} ws order${set} ws "LIMIT 1"`),
    ),
    ...COMMON,
    ...schema.tables.flatMap((_, table) => nameRules(schema, table)),
    ...sets.flatMap((joined, set) => setRules(schema, joined, set, options)),
  ]
  return `${lines.filter((line) => line !== undefined).join('\n')}\n`
}

/** Rules that no schema changes. */
const COMMON = [
  'ws ::= " " | "\\n" " "{0,4}',
  'comma ::= "," ws?',
  'setop ::= "UNION ALL" | "UNION" | "INTERSECT" | "EXCEPT"',
  'limit ::= "LIMIT " [1-9] [0-9]{0,3}',
  'alias ::= "\\"" [a-zA-Z0-9_ %]{1,40} "\\"" | [a-zA-Z_] [a-zA-Z0-9_]{0,39}',
  // Printable text: the check refuses control characters, those of Latin-1 as well.
  'string ::= "\'" ([^\'\\x00-\\x1f\\x7f-\\x9f] | "\'\'"){0,60} "\'"',
  'number ::= "-"? ("0" | [1-9] [0-9]{0,14}) ("." [0-9]{1,6})?',
  'date ::= "DATE "? "\'" [12] [0-9]{3} "-" ("0" [1-9] | "1" [0-2]) "-" ("0" [1-9] | [12] [0-9] | "3" [01]) "\'"',
  'cmp ::= "=" | "!=" | "<>" | "<=" | ">=" | "<" | ">"',
  'eq ::= "=" | "!=" | "<>"',
  'op ::= " + " | " - " | " * " | " / "',
  'not ::= "NOT "',
  'sorted ::= (" ASC" | " DESC")? (" NULLS LAST" | " NULLS FIRST")?',
  'count ::= "count" | "COUNT"',
  'total ::= "sum" | "SUM" | "avg" | "AVG" | "median" | "MEDIAN" | "stddev" | "STDDEV"',
  'extreme ::= "min" | "MIN" | "max" | "MAX"',
  `datepart ::= "year" | "YEAR" | "quarter" | "month" | "MONTH" | "week" | "day" | "DAY" | "hour" | "dayofweek" | "isodow"`,
  `dateword ::= "monthname" | "dayname"`,
  `ranking ::= "row_number" | "ROW_NUMBER" | "rank" | "RANK" | "dense_rank" | "DENSE_RANK"`,
  // What stands after a WITH: its table is `part`, its group `label` and its number `amount`.
  'parted ::= "SELECT" ws (partitem (comma partitem){0,3} partfrom (ws partorder)? | parttotal (comma parttotal){0,3} partfrom) (ws limit)?',
  'partfrom ::= ws "FROM part" (ws "WHERE" ws parttest (ws "AND" ws parttest){0,2})?',
  `partitem ::= "label" | "amount" | "amount" op "(" partnumber ")" | partrank`,
  `parttotal ::= (total | extreme) "(amount)" | count "(*)"`,
  `partrank ::= ranking "() OVER (ORDER BY amount" sorted ")" (" AS " alias)?`,
  'partnumber ::= "SELECT" ws (total | extreme) "(amount)" ws "FROM part"',
  'parttest ::= "amount " cmp " " (number | "(" partnumber ")") | "label IS " not? "NULL"',
  'partorder ::= "ORDER BY" ws ("label" | "amount") sorted',
  `unit ::= "year" | "quarter" | "month" | "week" | "day" | "hour"`,
]

/** Letters of a kind's rules; `other` stands with `bool`. */
const LETTERS: Record<Kind, string> = { number: 'n', text: 'x', date: 'd', bool: 'b', other: 'o' }
const KINDS = Object.keys(LETTERS) as Kind[]

/** A literal of the grammar. */
function literal(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function oneOf(name: string, choices: (string | false)[]): string | undefined {
  const kept = choices.filter((choice) => choice !== false)
  return kept.length === 0 ? undefined : `${name} ::= ${kept.join(' | ')}`
}

/** A table's columns by kind: `t3n` its numbers as they are, `q3n` behind the table's name. */
function nameRules(schema: ShownSchema, table: number): (string | undefined)[] {
  const { columns, table: own } = schema.tables[table] as ShownSchema['tables'][number]
  return KINDS.flatMap((kind) => {
    const names = columns.filter((column) => column.kind === kind).map(({ name }) => quoteName(name))
    const letter = LETTERS[kind]
    if (names.length === 0) return []
    return [
      oneOf(`t${table}${letter}`, names.map(literal)),
      `q${table}${letter} ::= ${literal(`${quoteName(own.name)}.`)} t${table}${letter}`,
    ]
  })
}

/** The rules of one set of tables; a rule's name ends in the set's number. */
function setRules(
  schema: ShownSchema,
  joined: Joined,
  set: number,
  options: SqlGrammarOptions,
): (string | undefined)[] {
  const has = kindsOf(schema, joined)
  const use = (kind: Kind, choice: string): string | false => has.has(kind) && choice
  const n = `${LETTERS.number}${set}`
  const d = `${LETTERS.date}${set}`
  return [
    ...KINDS.map((kind) => columnRule(schema, joined, set, kind)),
    oneOf(
      `any${set}`,
      KINDS.map((kind) => use(kind, `${LETTERS[kind]}${set}`)),
    ),
    `from${set} ::= "FROM " (${joined.froms.map(fromText).join(' | ')})`,
    `core${set} ::= "SELECT" ws ("DISTINCT" ws)? list${set} ws from${set} (ws "WHERE" ws where${set})? (ws group${set} (ws having${set})?)?`,
    `with${set} ::= "WITH part AS (SELECT" ws key${set} " AS label" comma agg${set} " AS amount" ws from${set} (ws "WHERE" ws where${set})? ws "GROUP BY" ws ("ALL" | "1") (ws having${set})? ")" ws parted`,
    `list${set} ::= "*" | item${set} (comma item${set}){0,9}`,
    `item${set} ::= expr${set} (" AS " alias)?`,
    oneOf(`expr${set}`, [
      `any${set}`,
      `agg${set}`,
      `window${set}`,
      use('date', `part${set}`),
      `arith${set}`,
      `"round(" arith${set} ", " [0-4] ")"`,
      `"ROUND(" arith${set} ", " [0-4] ")"`,
    ]),
    `window${set} ::= (ranking "()" | agg${set}) " OVER (" ("PARTITION BY " any${set} (comma any${set})? " ")? "ORDER BY " (any${set} | agg${set}) sorted ")"`,
    `arith${set} ::= operand${set} (op operand${set}){1,3}`,
    oneOf(`operand${set}`, [use('number', n), `agg${set}`, 'number', `"(" operand${set}b op operand${set}b ")"`]),
    oneOf(`operand${set}b`, [use('number', n), `agg${set}`, 'number']),
    oneOf(`agg${set}`, [
      `count "(*)"`,
      `count "(" "DISTINCT "? any${set} ")"`,
      use('number', `total "(" "DISTINCT "? numeric${set} ")"`),
      `total "(" case${set} ")"`,
      `extreme "(" any${set} ")"`,
    ]),
    oneOf(`numeric${set}`, [use('number', `${n} (op (${n} | number)){0,2}`)]),
    `case${set} ::= "CASE WHEN " flat${set} " THEN " value${set} (" ELSE " value${set})? " END"`,
    oneOf(`value${set}`, [use('number', n), 'number']),
    oneOf(`part${set}`, [
      use('date', `(datepart | dateword) "(" ${d} ")"`),
      use('date', `"date_trunc('" unit "', " ${d} ")"`),
    ]),
    ...conditionRules(schema, joined, set, options),
    `group${set} ::= "GROUP BY" ws ("ALL" | key${set} (comma key${set}){0,5})`,
    oneOf(`key${set}`, [`any${set}`, use('date', `part${set}`)]),
    `having${set} ::= "HAVING" ws having-test${set} (ws ("AND" | "OR") ws having-test${set}){0,3}`,
    `having-test${set} ::= agg${set} " " (cmp " " (number | "(" scalar ")") | "BETWEEN " number " AND " number)`,
    `order${set} ::= "ORDER BY" ws expr${set} sorted (comma expr${set} sorted){0,3}`,
    `scalar${set} ::= "SELECT" ws agg${set} ws from${set} (ws "WHERE" ws flat${set})?`,
    `inner${set} ::= "SELECT" ws "DISTINCT "? any${set} ws from${set} (ws "WHERE" ws flat${set})? (ws group${set} (ws having${set})?)?`,
  ]
}

function kindsOf(schema: ShownSchema, { tables }: Joined): Set<Kind> {
  return new Set(tables.flatMap((table) => (schema.tables[table]?.columns ?? []).map(({ kind }) => kind)))
}

/** Columns of one kind: of a table alone with or without its name, of joined ones always with it. */
function columnRule(schema: ShownSchema, { tables }: Joined, set: number, kind: Kind): string | undefined {
  const letter = LETTERS[kind]
  const own = tables.filter((table) => schema.tables[table]?.columns.some((column) => column.kind === kind))
  const names = own.flatMap((table) => [...(tables.length === 1 ? [`t${table}${letter}`] : []), `q${table}${letter}`])
  return oneOf(`${letter}${set}`, names)
}

/** `"a" ws "JOIN b ON …" ws "JOIN c ON …"`. */
function fromText([first = '', ...rest]: string[]): string {
  const joins = rest.flatMap((piece, at) => (at % 2 === 0 ? [`${piece} ON ${rest[at + 1]}`] : []))
  return [literal(first), ...joins.map((join) => `("JOIN " | "LEFT JOIN ") ${literal(join)}`)].join(' ws ')
}

/** `where` may hold brackets and sub-queries once, `flat` neither: what nests is bounded by its rules. */
function conditionRules(
  schema: ShownSchema,
  joined: Joined,
  set: number,
  options: SqlGrammarOptions,
): (string | undefined)[] {
  const has = kindsOf(schema, joined)
  const use = (kind: Kind, choice: string): string | false => has.has(kind) && choice
  const [n, x, d, b] = (['number', 'text', 'date', 'bool'] as const).map((kind) => `${LETTERS[kind]}${set}`)
  return [
    `where${set} ::= test${set} (ws ("AND" | "OR") ws test${set}){0,7}`,
    `flat${set} ::= plain${set} (ws ("AND" | "OR") ws plain${set}){0,5}`,
    oneOf(`test${set}`, [
      `plain${set}`,
      `not? "(" flat${set} ")"`,
      `any${set} " " not? "IN (" inner ")"`,
      `any${set} " " eq " (" first ")"`,
      use('number', `${n} " " cmp " (" scalar ")"`),
      use('date', `${d} " " eq " (" scalar ")"`),
    ]),
    oneOf(`plain${set}`, [
      `any${set} " IS " not? "NULL"`,
      use('number', `numeric${set} " " cmp " " (number | ${n})`),
      use('number', `${n} " " not? "BETWEEN " number " AND " number`),
      use('number', `${n} " " not? "IN (" number (comma number){0,11} ")"`),
      use('date', `${d} " " cmp " " (date | ${d})`),
      use('date', `${d} " BETWEEN " date " AND " date`),
      use('date', `datepart "(" ${d} ") " cmp " " number`),
      use('date', `dateword "(" ${d} ") " eq " " string`),
      use('bool', `not? ${b}`),
      use('bool', `${b} " = " ("true" | "false")`),
      use('text', `${x} " " not? ("LIKE " | "ILIKE ") string`),
      use('text', `${x} " " eq " " ${x}`),
      ...textTests(schema, joined, set, options),
    ]),
  ]
}

/** Comparisons of text columns with texts, or with the values a column has when they are all known. */
function textTests(
  schema: ShownSchema,
  { tables }: Joined,
  set: number,
  { strings }: SqlGrammarOptions,
): (string | false)[] {
  const texts = tables.flatMap((table) => {
    const { table: own, columns } = schema.tables[table] as ShownSchema['tables'][number]
    const names = (column: Column) => {
      const qualified = `${quoteName(own.name)}.${quoteName(column.name)}`
      return tables.length === 1 ? [quoteName(column.name), qualified] : [qualified]
    }
    return columns.filter(({ kind }) => kind === 'text').map((column) => ({ column, names: names(column) }))
  })
  if (texts.length === 0) return []
  if (strings === 'free' || !texts.some(({ column }) => knowsAll(column))) return textTest(`x${set}`, 'string')
  return texts.flatMap(({ column, names }) => {
    const written = `(${names.map(literal).join(' | ')})`
    return textTest(
      written,
      knowsAll(column) ? `(${column.values.map((value) => literal(quoteText(value))).join(' | ')})` : 'string',
    )
  })
}

function textTest(column: string, value: string): string[] {
  return [
    `${column} " " eq " " ${value}`,
    `${column} " " not? "IN (" ${value} (comma ${value}){0,11} ")"`,
    `("lower(" | "LOWER(") ${column} ") " eq " " string`,
  ]
}

/** Whether every value a column has is kept, and few enough to be listed. */
function knowsAll({ distinct, values }: Column): boolean {
  return (
    values.length > 0 &&
    values.length >= distinct &&
    values.length <= 40 &&
    !values.some((value) => /\p{Cc}/u.test(value))
  )
}

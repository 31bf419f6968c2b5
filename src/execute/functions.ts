import { aggregate, call, isNode, number, type Tree, text } from './tree.ts'

/** How Trino says a function of DuckDB, where the SDK leaves it as it is. */
export interface FunctionRule {
  name: string
  why: string
  matches(node: Tree): boolean
  write(node: Tree): Tree
}

interface Call {
  args: unknown[]
  filter: unknown
}

/** The call in a node of a function by this name, of whatever kind the parser makes it. */
function callOf(node: Tree, name: string): Call | undefined {
  for (const kind of ['function', 'aggregate_function']) {
    const found = node[kind]
    if (isNode(found) && String(found['name']).toLowerCase() === name)
      return { args: (found['args'] ?? []) as unknown[], filter: found['filter'] }
  }
  const own = node[name]
  if (!isNode(own) || own['this'] === undefined) return undefined
  const rest = ['expression', 'separator'].flatMap((key) => (own[key] == null ? [] : [own[key]]))
  return { args: [own['this'], ...rest], filter: own['filter'] }
}

function rule(name: string, why: string, write: (call: Call) => Tree): FunctionRule {
  return {
    name,
    why,
    matches: (node) => Object.keys(node).length === 1 && callOf(node, name) !== undefined,
    write: (node) => write(callOf(node, name) as Call),
  }
}

/** Each with a statement in test/unit/dialect.test.ts. */
export const FUNCTION_RULES: FunctionRule[] = [
  rule('median', 'Trino has no exact median: the value in the middle, within 1 % of the ranks.', ({ args, filter }) =>
    aggregate('approx_percentile', [args[0], number('0.5')], filter),
  ),
  rule('quantile_cont', 'As median.', ({ args, filter }) => aggregate('approx_percentile', args, filter)),
  rule('dayname', 'Names of days are a date format.', ({ args }) => call('date_format', args[0], text('%W'))),
  rule('monthname', 'Names of months are a date format.', ({ args }) => call('date_format', args[0], text('%M'))),
  rule('arg_max', 'Another name.', ({ args, filter }) => aggregate('max_by', args, filter)),
  rule('arg_min', 'Another name.', ({ args, filter }) => aggregate('min_by', args, filter)),
  rule('list_agg', 'LISTAGG wants an order that the statement does not give.', ({ args, filter }) =>
    call('array_join', aggregate('array_agg', [args[0]], filter), args[1] ?? text(',')),
  ),
  rule('contains', 'Trino’s contains looks into arrays.', ({ args }) => ({
    gt: {
      left: call('strpos', ...args),
      right: number('0'),
      left_comments: [],
      operator_comments: [],
      trailing_comments: [],
    },
  })),
]

/** Functions without a node of their own that Trino knows by the same name and meaning. */
export const KNOWN = new Set(
  `abs acos approx_percentile array_agg array_join asin atan atan2 any_value arbitrary avg bit_length bool_and bool_or cbrt ceil
  ceiling chr coalesce concat corr cos count covar_pop covar_samp cume_dist current_date date date_add date_diff date_format
  date_parse date_trunc day day_of_week day_of_year degrees dense_rank exp first_value floor greatest hour kurtosis lag last_value
  lead least length ln log log10 log2 lower lpad ltrim max max_by millisecond min min_by minute mod month now nth_value ntile
  nullif percent_rank pi pow power quarter radians rank regexp_like regexp_replace replace reverse round row_number rpad rtrim
  second sign sin skewness split_part sqrt starts_with stddev stddev_pop stddev_samp strpos substr substring sum tan to_unixtime
  translate trim truncate try upper var_pop var_samp variance week year`.split(/\s+/),
)

/** Functions that the parser has a node for and Trino has no word for. */
export const UNKNOWN = ['mode', 'age', 'list', 'struct_extract', 'regexp_extract_all']

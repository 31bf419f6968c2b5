/** Everything a parsed statement may consist of, by the tags of DuckDB's json_serialize_sql. What is not listed is refused. */

export const EXPRESSIONS: ReadonlySet<string> = new Set([
  'BETWEEN',
  'CASE',
  'CAST',
  'COLLATE',
  'COLUMN_REF',
  'COMPARISON',
  'CONJUNCTION',
  'CONSTANT',
  'FUNCTION',
  'LAMBDA',
  'LAMBDA_REF',
  'OPERATOR',
  'POSITIONAL_REFERENCE',
  'STAR',
  'SUBQUERY',
  'WINDOW',
])

export const QUERY_NODES: ReadonlySet<string> = new Set(['SELECT_NODE', 'SET_OPERATION_NODE', 'RECURSIVE_CTE_NODE'])

export const TABLE_REFS: ReadonlySet<string> = new Set([
  'BASE_TABLE',
  'EMPTY',
  'EXPRESSION_LIST',
  'JOIN',
  'PIVOT',
  'SHOW_REF',
  'SUBQUERY',
  'TABLE_FUNCTION',
])

/** Tagged parts that carry no decision of their own: modifiers, sort directions, layouts of types. */
export const PARTS: ReadonlySet<string> = new Set([
  'ORDER_MODIFIER',
  'LIMIT_MODIFIER',
  'LIMIT_PERCENT_MODIFIER',
  'DISTINCT_MODIFIER',
  'ORDER_DEFAULT',
  'ASCENDING',
  'DESCENDING',
  'DECIMAL_TYPE_INFO',
  'LIST_TYPE_INFO',
  'ARRAY_TYPE_INFO',
  'STRUCT_TYPE_INFO',
  'UNBOUND_TYPE_INFO',
])

export const TYPES: ReadonlySet<string> = new Set([
  ...['NULL', 'BOOLEAN', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UTINYINT', 'USMALLINT', 'UINTEGER'],
  ...['UBIGINT', 'UHUGEINT', 'BIGNUM', 'FLOAT', 'DOUBLE', 'DECIMAL', 'VARCHAR', 'BLOB', 'BIT', 'UUID', 'DATE', 'TIME'],
  ...['TIME_NS', 'TIME WITH TIME ZONE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'TIMESTAMP_S', 'TIMESTAMP_MS'],
  ...['TIMESTAMP_NS', 'INTERVAL', 'LIST', 'ARRAY', 'STRUCT', 'MAP', 'UNION', 'INTEGER_LITERAL', 'STRING_LITERAL'],
])

/** Fields of all parts. A field a newer DuckDB adds is refused until someone has looked at what it can do. */
export const FIELDS: ReadonlySet<string> = new Set(
  `aggregate_handling aggregates alias aliases arg_orders at_clause case_checks cast_type catalog catalog_name child
  child_type child_types children class collation column column_name_alias column_names columns comparison_type condition
  cte_map cte_name default_expr delim_flipped distinct distinct_on_targets duplicate_eliminated_columns else_expr end
  end_expr entries exclude_clause exclude_list expected_names expected_types export_state expr expression extension_info
  filter filter_expr first from_table function function_name group_expressions group_sets groups having id ignore_nulls
  include_nulls index input is_null is_operator is_percentage join_type key key_targets left lhs limit lower map
  materialized method modifiers name named_param_map node null_order offset offset_expr order_bys orders partitions
  pivot_enum pivot_expressions pivots qualified_exclude_list qualify query query_location ref_type relation_name rename_list
  replace_list right sample sample_size scale schema schema_name second seed select_list setop_all setop_type show_type
  size source star_expr start start_expr subquery subquery_type table table_name then_expr try_cast type type_info
  union_all unpivot_names upper user_type_modifiers using_columns value values when_expr where_clause width
  with_ordinality`.split(/\s+/),
)

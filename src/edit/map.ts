import type { Expression, Order, Select } from '../tree.ts'

/** An expression with every part that `change` gives something else for replaced, outermost first; sub-queries are left as they are. */
export function mapExpression(e: Expression, change: (e: Expression) => Expression | undefined): Expression {
  const changed = change(e)
  if (changed !== undefined) return changed
  const deep = (part: Expression) => mapExpression(part, change)
  const orders = (list: Order[]) => list.map((order) => ({ ...order, by: deep(order.by) }))
  switch (e.kind) {
    case 'call':
      return { ...e, args: e.args.map(deep), filter: e.filter && deep(e.filter), order: orders(e.order) }
    case 'window':
      return { ...e, args: e.args.map(deep), partitions: e.partitions.map(deep), order: orders(e.order) }
    case 'compare':
      return { ...e, left: deep(e.left), right: deep(e.right) }
    case 'logic':
      return { ...e, parts: e.parts.map(deep) }
    case 'not':
    case 'null':
    case 'cast':
      return { ...e, part: deep(e.part) }
    case 'in':
      return { ...e, part: deep(e.part), list: e.list.map(deep) }
    case 'between':
      return { ...e, part: deep(e.part), low: deep(e.low), high: deep(e.high) }
    case 'case':
      return {
        ...e,
        checks: e.checks.map(({ when, value }) => ({ when: deep(when), value: deep(value) })),
        otherwise: e.otherwise && deep(e.otherwise),
      }
    case 'nested':
      return { ...e, part: e.part && deep(e.part) }
    default:
      return e
  }
}

/** Changes every expression of a SELECT in place but those of its sub-queries; an item keeps its alias. */
export function mapSelect(select: Select, change: (e: Expression) => Expression | undefined): void {
  const deep = (e: Expression) => mapExpression(e, change)
  select.items = select.items.map((item) => aliased(deep(item), item.alias))
  select.where = select.where && deep(select.where)
  select.groups = select.groups.map(deep)
  select.having = select.having && deep(select.having)
  select.qualify = select.qualify && deep(select.qualify)
  select.order = select.order.map((order) => ({ ...order, by: deep(order.by) }))
  select.distinctOn = select.distinctOn.map(deep)
}

/** An expression under a name, or under none. */
export function aliased(e: Expression, alias: string | undefined): Expression {
  const { alias: _, ...rest } = e
  return (alias === undefined ? rest : { ...rest, alias }) as Expression
}

/** Whether two expressions are written alike, their aliases aside. */
export function sameExpression(left: Expression, right: Expression): boolean {
  return JSON.stringify(aliased(left, undefined)) === JSON.stringify(aliased(right, undefined))
}

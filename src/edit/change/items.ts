import { Refusal } from '../../refusal.ts'
import type { Expression, Select } from '../../tree.ts'
import { aliased, mapExpression, sameExpression } from '../map.ts'
import type { Sheet } from '../sheet.ts'

/** The SELECT whose items, groups and order an edit changes. Refuses `edit-unfit` when the statement is more than one. */
export function wholeBody(sheet: Sheet): Select {
  if (sheet.body === undefined || !sheet.whole || sheet.body.groupSets)
    throw new Refusal('edit-unfit', 'The query has several steps; this part of it cannot be changed on its own.')
  return sheet.body
}

/** Puts another expression where one stood: among the items, and wherever it was used to group, sort or look at other rows. */
export function replaceItem(body: Select, item: number, expression: Expression, name: string | undefined): void {
  const old = body.items[item]
  if (old === undefined) return
  const before = aliased(old, undefined)
  const swap = (e: Expression) => (sameExpression(e, before) ? aliased(expression, undefined) : undefined)
  const inWindows = (e: Expression) => (e.kind === 'window' ? mapExpression(e, swap) : undefined)
  body.items = body.items.map((one) => aliased(mapExpression(one, inWindows), one.alias))
  body.groups = body.groups.map((group) => mapExpression(group, swap))
  body.order = body.order.map((order) => ({ ...order, by: mapExpression(order.by, swap) }))
  body.qualify = body.qualify && mapExpression(body.qualify, inWindows)
  body.items[item] = aliased(expression, name === undefined ? undefined : freeName(name, body, item))
}

/** Adds an expression before or after the others. */
export function insertItem(body: Select, at: number, expression: Expression, name: string | undefined): void {
  body.items.splice(at, 0, aliased(expression, undefined))
  if (name !== undefined) body.items[at] = aliased(expression, freeName(name, body, at))
}

/** Takes an item out, and what sorts or keeps by it. */
export function removeItem(body: Select, item: number): void {
  const [old] = body.items.splice(item, 1)
  if (old === undefined) return
  body.order = body.order.filter((order) => !sameExpression(order.by, old))
  body.groups = body.groups.filter((group) => !sameExpression(group, old))
}

/** A name no other item leaves under. */
function freeName(name: string, body: Select, item: number): string {
  const taken = new Set(
    body.items.flatMap((one, i) => {
      const known = one.alias ?? (one.kind === 'column' ? one.names.at(-1) : undefined)
      return i === item || known === undefined ? [] : [known.toLowerCase()]
    }),
  )
  const choices = [name, ...[2, 3, 4, 5, 6, 7, 8, 9].map((n) => `${name}_${n}`)]
  return choices.find((choice) => !taken.has(choice.toLowerCase())) ?? name
}

/** The chip a number names. Refuses `edit-unfit` when there is none. */
export function chipAt<T>(chips: T[], at: number | undefined, what: string): T {
  const chip = chips[at ?? 0]
  if (chip === undefined) throw new Refusal('edit-unfit', `There is no ${what} to change.`)
  return chip
}

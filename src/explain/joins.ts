import { originOf, type Scope } from '../tree/origin.ts'
import { conjunctsOf, type Expression, type Joined, joinsOf, leavesOf, type Source } from '../tree.ts'
import { say } from '../wording/phrases.ts'
import { capital, humanise, type Language, listText, nameOf, rowsOf, type Teller } from '../wording.ts'

/** One sentence per join: which tables, by which columns, and what becomes of rows without a match. */
export function explainJoins(from: Source | undefined, scope: Scope, tell: Teller): string[] {
  return joinsOf(from).map((join) => explainJoin(join, scope, tell))
}

function explainJoin(join: Joined, scope: Scope, tell: Teller): string {
  const { language } = tell
  const left = sideName(joinedSide(join, scope), scope, tell)
  const right = sideName(join.right, scope, tell)
  const where = joinCondition(join, scope, tell)
  if (where === undefined) return sentence(say(language, 'join cross', left, right), language)
  if (join.how === 'right') return sentence(say(language, 'join left', right, left, where), language)
  return sentence(say(language, `join ${join.how}`, left, right, where), language)
}

function sentence(text: string, language: Language): string {
  return language === 'zh' ? text : capital(text)
}

/** Of a chain of joins on the left, the one table the condition names. */
function joinedSide(join: Joined, _scope: Scope): Source {
  const leaves = leavesOf(join.left)
  const named = conjunctsOf(join.on).flatMap((part) => (part.kind === 'compare' ? [part.left, part.right] : []))
  const aliases = named.flatMap((e) => (e.kind === 'column' && e.names.length > 1 ? [e.names[0]?.toLowerCase()] : []))
  return leaves.find((leaf) => aliases.includes(leaf.alias.toLowerCase())) ?? leaves[0] ?? join.left
}

function sideName(source: Source, scope: Scope, tell: Teller): string {
  const told = leavesOf(source).map((leaf) => {
    const table = scope.leaves.find((one) => one.alias === leaf.alias)?.table
    if (table !== undefined) return rowsOf(table, tell.language)
    return leaf.alias === ''
      ? say(tell.language, 'intermediate')
      : say(tell.language, 'result named', humanise(leaf.alias))
  })
  return listText(told, tell.language)
}

function joinCondition(join: Joined, scope: Scope, tell: Teller): string | undefined {
  if (join.using.length > 0)
    return say(
      tell.language,
      'same key',
      listText(
        join.using.map((name) => humanise(name)),
        tell.language,
      ),
    )
  if (join.natural)
    return say(tell.language, 'same key', tell.language === 'zh' ? '同名列' : 'every column of the same name')
  const parts = conjunctsOf(join.on)
  if (parts.length === 0 || parts.every((part) => part.kind === 'constant')) return undefined
  return listText(
    parts.map((part) => keyPair(part, scope, tell) ?? tell.condition(part, scope)),
    tell.language,
  )
}

/** "a.customer_id = b.customer_id" is "customer id is the same"; other pairs name both tables. */
function keyPair(part: Expression, scope: Scope, tell: Teller): string | undefined {
  if (part.kind !== 'compare' || part.op !== '=') return undefined
  const [left, right] = [originOf(part.left, scope), originOf(part.right, scope)]
  if (left === undefined || right === undefined) return undefined
  const [one, other] = [tell.expression(part.left, scope), tell.expression(part.right, scope)]
  if (nameOf(left.column) === nameOf(right.column)) return say(tell.language, 'same key', nameOf(left.column))
  return one === other ? say(tell.language, 'same key', one) : say(tell.language, 'join keys', one, other)
}

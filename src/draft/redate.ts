import type { Catalog } from '../catalog.ts'
import { link } from '../link.ts'
import type { Plan } from '../plan.ts'
import { CompileError, compile } from './compile.ts'
import { parseProgram } from './program.ts'

/** A plan of another day for this one: its program compiled anew, so that "last 30 days" ends today. Undefined for a plan without a program. */
export function redated(plan: Plan, catalog: Catalog, today: string): Plan | undefined {
  if (plan.program === undefined) return undefined
  try {
    const { sql, linked } = compile(parseProgram(plan.program), catalog, link(plan.question, catalog), { today })
    return { ...plan, sql, today, alternatives: [], provenance: { ...plan.provenance, linked } }
  } catch (problem) {
    if (problem instanceof CompileError) return undefined
    throw problem
  }
}

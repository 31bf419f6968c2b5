import { Refusal } from '../../src/refusal.ts'
import { attacks } from './attacks.ts'
import { generated } from './generate.ts'
import { mutant, seeded } from './mutate.ts'
import { CANARY, ROWS, type Tenants } from './tenants.ts'

export interface FuzzResult {
  mutants: number
  /** Statements that passed the check. */
  passed: number
  /** Statements that gave rows. */
  answered: number
  wrong: string[]
}

/** Sends `count` statements, mutated attacks and such of a grammar in turn, `lanes` at a time; every tenth time asks a plain question in between. */
export async function fuzz(tenants: Tenants, count: number, seed: number, lanes: number): Promise<FuzzResult> {
  const seeds = attacks(tenants.folder)
    .map(({ sql }) => sql)
    .filter((sql) => sql.length < 2000)
  const random = seeded(seed)
  const result: FuzzResult = { mutants: 0, passed: 0, answered: 0, wrong: [] }
  const lane = async () => {
    while (result.mutants < count) {
      result.mutants++
      await probe(tenants, result.mutants % 2 === 0 ? mutant(seeds, random) : generated(random), result)
      if (result.mutants % 10 === 0) await askPlainly(tenants, result)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return result
}

async function probe(tenants: Tenants, sql: string, result: FuzzResult): Promise<void> {
  try {
    const rows = await tenants.ask(sql)
    result.passed++
    result.answered++
    judge(JSON.stringify(rows.rows), sql, result)
  } catch (error) {
    if (!(error instanceof Refusal)) return void result.wrong.push(`${String(error)}: ${sql}`)
    if (/^(query-|sql-unbindable)/.test(error.code)) result.passed++
    judge(`${error.message} ${error.hint}`, sql, result)
  }
}

/** A canary the statement itself spells, in one piece or sign by sign, is no leak: hidden rows have other numbers behind it. */
function judge(told: string, sql: string, result: FuzzResult): void {
  const spelled = sql.toUpperCase().includes('SECRET')
  const leaked = spelled ? new RegExp(`${CANARY}\\d`).test(told) : told.includes(CANARY)
  if (leaked || told.includes('root:x:')) result.wrong.push(`${told.slice(0, 300)}: ${sql}`)
}

async function askPlainly(tenants: Tenants, result: FuzzResult): Promise<void> {
  const plain = await tenants.ask('SELECT count(*) FROM orders').catch((error: unknown) => error)
  const count = plain instanceof Error ? plain.message : (plain as { rows: unknown[][] }).rows[0]?.[0]
  if (count !== ROWS) result.wrong.push(`a plain query was answered with ${String(count)}`)
}

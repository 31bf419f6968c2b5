import { readFileSync } from 'node:fs'
import { expand } from './expand.ts'

/** What must come of a statement: refused, answered, ended in bounded time, or whatever shows no hidden row. */
export type Expected = 'deny' | 'allow' | 'limit' | 'deny-rows' | 'any'

export interface Attack {
  name: string
  category: string
  sql: string
  expect: Expected
  /** The refusal of a denied one. */
  code?: string
}

/** All attacks, templates written out for `folder`. */
export function attacks(folder: string): Attack[] {
  const files = ['attacks.json', 'more.json'].map((name) => new URL(name, import.meta.url))
  const listed = files.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')) as Attack[])
  return listed.map((attack) => ({ ...attack, sql: expand(attack.sql, folder) }))
}

import type { Column } from '../../catalog.ts'

/** Numbers that are sizes, not codes, years or keys. */
export function isSize({ kind, role }: Column): boolean {
  return kind === 'number' && !['key', 'foreign key', 'time', 'category'].includes(role)
}

export function isTime({ kind, role }: Column): boolean {
  return kind === 'date' || role === 'time'
}

/** Most different numbers that still make groups. */
const FEW = 14

/** Numbers that come again often enough to group by. */
export function isFew({ kind, distinct, role }: Column): boolean {
  return kind !== 'number' || distinct <= FEW || (role === 'ordered' && distinct <= 2 * FEW)
}

import type { Expression } from '../tree.ts'

export type Json = { [key: string]: unknown }

/** An object, or an empty one for anything else. */
export function object(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}

/** A list, or an empty one for anything else. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** A text, or an empty one for anything else. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** A type's name; decimals with width and scale. */
export function readType(type: Json): string {
  const info = object(type.type_info)
  const id = text(type.id) || 'UNKNOWN'
  if (id === 'DECIMAL') return `DECIMAL(${Number(info.width ?? 18)},${Number(info.scale ?? 3)})`
  return id
}

/** A literal; decimals by their scale. Values JSON cannot hold are unknown. */
export function readConstant(value: Json): Expression {
  const type = object(value.type)
  const id = text(type.id)
  const raw = value.value
  if (value.is_null === true) return { kind: 'constant', value: null, type: 'NULL' }
  if (id === 'DECIMAL' && typeof raw === 'number') {
    const scale = Number(object(type.type_info).scale ?? 0)
    return { kind: 'constant', value: Number((raw / 10 ** scale).toFixed(scale)), type: id }
  }
  if (typeof raw === 'number' || typeof raw === 'string' || typeof raw === 'boolean') {
    return { kind: 'constant', value: raw, type: id }
  }
  return { kind: 'unknown', was: `constant ${id}` }
}

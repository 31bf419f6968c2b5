import { Refusal } from '../refusal.ts'

/** Whether any part of a path is hidden or a writer's by-product: `.git`, `_SUCCESS`, `__MACOSX`. */
export function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.') || part.startsWith('_'))
}

/** The path itself when it is relative and stays below its root; refuses `dataset-unknown` otherwise. */
export function insidePath(path: string): string {
  const parts = path.split('/')
  const bad = path.startsWith('/') || path.includes('\\') || path.includes('\0') || parts.includes('..')
  if (bad) throw new Refusal('dataset-unknown', 'A path must stay inside the data folder.')
  return path
}

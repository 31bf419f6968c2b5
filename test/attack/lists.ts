import { readFileSync } from 'node:fs'

/** A list of attacks that are not statements, by its file's name. */
export function listed<T>(name: 'addresses' | 'charts' | 'formulas' | 'headers' | 'paths' | 'words'): T[] {
  return JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8')) as T[]
}

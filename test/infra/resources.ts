import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'

/** A resource as sst.config.ts asks Pulumi for it. */
export interface Resource {
  type: string
  name: string
  inputs: Record<string, unknown>
}

/** Every resource of a stage, `env` set besides. */
export function synthesise(stage: string, env: Record<string, string> = {}): Resource[] {
  const options = { maxBuffer: 64 * 1024 * 1024, env: { ...process.env, ...env } }
  const printed = execFileSync('node', ['test/infra/synthesise.mjs', stage], options).toString()
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '')
}

/** Those of one type; there is at least one. */
export function resourcesOf(resources: Resource[], type: string): Resource[] {
  const found = resources.filter((one) => one.type === type)
  assert.ok(found.length > 0, `no resource of type ${type}`)
  return found
}

/** How Pulumi marks a secret on the wire. */
const SECRET = '4dabf18193072939515e22adb298388d'

/** Plain values, also of what Pulumi marks as a secret. */
export function plainOf<T>(input: unknown): T {
  const marked = input as { [SECRET]?: string; value?: unknown }
  return (marked?.[SECRET] ? marked.value : input) as T
}

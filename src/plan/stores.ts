import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plan, PlanStore } from '../plan.ts'
import { recentMap } from '../recent.ts'
import type { Store } from '../store.ts'

/** Plans in this process's memory, the `max` most recently used. */
export function memoryPlans(max: number): PlanStore {
  const plans = recentMap<Plan>(max)
  return {
    get: async (key) => plans.get(key),
    put: async (plan) => plans.set(plan.key, plan),
    remove: async (key) => plans.delete(key),
  }
}

/** Plans as one JSON file each in `folder`, written beside and renamed, so a reader sees a whole plan or none. A file that is not a plan counts as absent and is removed. */
export function folderPlans(folder: string): PlanStore {
  const path = (key: string) => join(folder, key.slice(0, 2), `${key}.json`)
  return {
    async get(key) {
      const text = await readFile(path(key), 'utf8').catch(absent)
      if (text === undefined) return undefined
      const plan = parsePlan(text)
      if (plan?.key === key) return plan
      await rm(path(key), { force: true })
      return undefined
    },
    async put(plan) {
      const target = path(plan.key)
      const draft = `${target}.${process.pid}.${Math.random().toString(36).slice(2)}`
      await mkdir(join(target, '..'), { recursive: true })
      await writeFile(draft, JSON.stringify(plan))
      await rename(draft, target)
    },
    remove: (key) => rm(path(key), { force: true }),
  }
}

/** Plans as one JSON object each below `plans/` of a store, written whole. An object that is not a plan counts as absent and is removed. */
export function storePlans(store: Store): PlanStore {
  const path = (key: string) => `plans/${key.slice(0, 2)}/${key}.json`
  return {
    async get(key) {
      const found = await store.get(path(key))
      if (found === null) return undefined
      const plan = parsePlan(new TextDecoder().decode(found.body))
      if (plan?.key === key) return plan
      await store.remove(path(key))
      return undefined
    },
    put: async (plan) => void (await store.put(path(plan.key), new TextEncoder().encode(JSON.stringify(plan)))),
    remove: (key) => store.remove(path(key)),
  }
}

/** Looks in `near` first and fills it from `far`; writes to both. A failing `far` is told to `warn` and does not fail the answer. */
export function layeredPlans(near: PlanStore, far: PlanStore, warn: (problem: unknown) => void): PlanStore {
  return {
    async get(key) {
      const kept = await near.get(key)
      if (kept) return kept
      const plan = await far.get(key).catch((problem) => void warn(problem))
      if (plan) await near.put(plan)
      return plan
    },
    async put(plan) {
      await near.put(plan)
      await far.put(plan).catch(warn)
    },
    async remove(key) {
      await near.remove(key)
      await far.remove(key)
    },
  }
}

function absent(problem: NodeJS.ErrnoException): undefined {
  if (problem.code === 'ENOENT') return undefined
  throw problem
}

function parsePlan(text: string): Plan | undefined {
  try {
    const plan = JSON.parse(text)
    return typeof plan?.sql === 'string' && typeof plan?.key === 'string' ? plan : undefined
  } catch {
    return undefined
  }
}

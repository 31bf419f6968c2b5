/** Effects for benches that ask whole questions: the real model and steps, everything else in this process. */
import { join } from 'node:path'
import { ROOT } from '../model/data/shared.ts'
import type { Effects } from '../src/answer.ts'
import type { Database } from '../src/database.ts'
import { openEmbeddedModel } from '../src/draft/model.ts'
import { singleFlight } from '../src/plan/flight.ts'
import { recentMap } from '../src/recent.ts'
import type { Settings } from '../src/settings.ts'

/** Effects without catalogs of their own: each bench gives those. Nothing is recalled. */
export async function benchEffects(database: Database, settings: Settings): Promise<Omit<Effects, 'catalogs'>> {
  const model = await openEmbeddedModel({ weights: join(ROOT, 'model', 'weights'), settings })
  return {
    database,
    model,
    plans: { get: async () => undefined, put: async () => {}, remove: async () => {} },
    findings: recentMap(1),
    flight: singleFlight(),
    clock: { now: () => new Date('2024-01-01T12:00:00Z'), milliseconds: () => performance.now() },
    newId: () => 'bench',
    warn: (problem) => console.error(problem),
    settings,
  }
}

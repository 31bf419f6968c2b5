import { athenaEngine } from '../src/execute/athena.ts'
import type { Engine } from '../src/execute/engine.ts'
import { registrar } from '../src/execute/register.ts'
import { trinoEngine } from '../src/execute/trino.ts'
import { Refusal } from '../src/refusal.ts'
import type { Settings } from '../src/settings.ts'
import { openStore } from '../src/store.ts'
import { athenaCalls } from './athena.ts'

/** The engine that datasets above `engine_min_mb` are asked of, or undefined where no setting names one. Refuses `bad-setting`. */
export async function openEngine(settings: Settings, stateDir: string): Promise<Engine | undefined> {
  if (settings.engine_url !== '') return openTrino(settings)
  return settings.athena_workgroup === '' ? undefined : openAthena(settings, stateDir)
}

/** Trino, with a schema for each dataset that is named as it. */
function openTrino({ engine_url: url, engine_catalog: catalog, engine_user: user, engine_token: token }: Settings) {
  // A table set's key ends in two fingerprints; a dataset's name may hold blanks.
  const schemaOf = (key: string) => key.split(' ').slice(0, -2).join(' ').toLowerCase()
  return trinoEngine({ url, catalog, user, token, schemaOf })
}

/** Athena, with a database for each state of a dataset, made of the catalog when it is first asked. */
async function openAthena(settings: Settings, stateDir: string): Promise<Engine> {
  const { shared } = settings
  if (!shared.startsWith('s3://'))
    throw new Refusal(
      'bad-setting',
      'athena_workgroup needs setting shared to name a bucket: Athena reads lists of files there.',
    )
  const store = await openStore(shared, settings, stateDir)
  return athenaEngine({
    calls: athenaCalls(settings),
    ready: registrar(store, shared.replace(/\/$/, '')),
    now: () => performance.now(),
    pause: (ms) => new Promise((done) => setTimeout(done, ms)),
  })
}

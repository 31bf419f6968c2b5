import { Refusal } from '../../src/refusal.ts'
import type { Deployment } from '../effects.ts'

/** Works out every view that some key has, so that the first question does not wait; throws one Error that names the keys whose row policies or hidden columns do not fit their datasets. */
export async function checkViews({ keyring, effects }: Deployment): Promise<void> {
  const problems: string[] = []
  for (const { name, views } of (await keyring?.all()) ?? []) {
    for (const [dataset, view] of Object.entries(views)) {
      const problem = await effects.catalogs.get(dataset, view).then(
        () => null,
        (thrown) => thrown,
      )
      if (problem instanceof Refusal) problems.push(`${name}, ${dataset}: ${problem.message}`)
      else if (problem !== null) throw problem
    }
  }
  if (problems.length > 0) throw new Error(`Keys that cannot be held to what they may see:\n${problems.join('\n')}`)
}

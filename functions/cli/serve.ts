import type { Server, ServerOptions } from 'node:http'
import { serve } from '@hono/node-server'
import { Refusal } from '../../src/refusal.ts'
import { readSettings, type Settings } from '../../src/settings.ts'
import { checkViews, tidyViews } from '../access/views.ts'
import { isLocal } from '../api/admission.ts'
import { jobsOf } from '../api/jobs.ts'
import { createApi } from '../api.ts'
import { type Deployment, openDeployment } from '../effects.ts'
import { openLocalSlack } from '../slack/open.ts'
import { openDrain } from './drain.ts'
import { fail } from './fail.ts'
import { refuseUnreadable } from './unreadable.ts'

/** `asklake serve`: the HTTP door until SIGINT or SIGTERM; answers under way are finished first. */
export async function runServe(): Promise<number> {
  try {
    const settings = readSettings()
    refuseOpenDoor(settings)
    const deployment = await openDeployment(settings)
    await checkViews(deployment)
    const slack = settings.slack_signing_secret === '' ? undefined : await openLocalSlack(deployment)
    const jobs = jobsOf(deployment)
    const app = createApi(deployment, slack === undefined ? { jobs } : { jobs, slack: slack.door })
    const drain = openDrain(app.fetch)
    const { port, host: hostname } = settings
    const server = serve({ fetch: drain.fetch, port, hostname, serverOptions: patience(settings) }, ({ port }) => {
      process.stdout.write(`asklake answers questions about ${settings.data} on http://${settings.host}:${port}\n`)
    })
    server.on('clientError', refuseUnreadable)
    void deployment.warm()
    const tidying = keepTidy(deployment)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      const ended = () =>
        Promise.all([drain.close(server as Server, settings.shutdown_ms), jobs.close(settings.shutdown_ms)])
      const stop = () => void ended().then(() => resolve(), reject)
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
    })
    clearInterval(tidying)
    await slack?.queue.close()
    await deployment.close()
    return 0
  } catch (thrown) {
    return fail(thrown)
  }
}

/** Who sends a request byte by byte must not hold a place for the five minutes that Node allows. */
function patience({ request_timeout_ms: most }: Settings): ServerOptions {
  return { requestTimeout: most, headersTimeout: most, connectionsCheckingInterval: Math.min(1000, most) }
}

const HOUR_MS = 3600_000

/** Rows that no key sees any more do not stay on the disk, also of keys revoked while the server runs. */
function keepTidy(deployment: Deployment): NodeJS.Timeout {
  const tidy = () => void tidyViews(deployment).catch(deployment.effects.warn)
  tidy()
  return setInterval(tidy, HOUR_MS)
}

/** Refuses with `bad-setting` to answer everyone on an address that others reach. */
function refuseOpenDoor({ host, keys, allow_anonymous }: Settings): void {
  if (keys !== '' || allow_anonymous || isLocal(host)) return
  throw new Refusal('bad-setting', `Without keys only this machine is answered, and ${host} is reached by others.`, {
    hint: 'Set ASKLAKE_KEYS and add keys with `asklake keys add`, or ASKLAKE_ALLOW_ANONYMOUS=true behind a gateway that knows who asks.',
  })
}

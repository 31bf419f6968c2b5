import { serve } from '@hono/node-server'
import { readSettings } from '../../src/settings.ts'
import { createApi } from '../api.ts'
import { type Deployment, openDeployment } from '../effects.ts'
import { openDelivery } from '../slack/deliver.ts'
import { createSlack } from '../slack.ts'
import { createWorker, localQueue } from '../worker.ts'
import { fail } from './fail.ts'

/** `asklake serve`: the HTTP door until SIGINT or SIGTERM; answers under way are finished first. */
export async function runServe(): Promise<number> {
  try {
    const settings = readSettings()
    const deployment = await openDeployment(settings)
    const app = createApi(deployment, slackDoor(deployment))
    const server = serve({ fetch: app.fetch, port: settings.port, hostname: settings.host }, ({ port }) => {
      process.stdout.write(`asklake answers questions about ${settings.data} on http://${settings.host}:${port}\n`)
    })
    void deployment.warm()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close(() => resolve()))
    })
    await deployment.close()
    return 0
  } catch (thrown) {
    return fail(thrown)
  }
}

/** Slack's door when its secrets are set: questions are answered by a worker in this process. */
function slackDoor(deployment: Deployment): Parameters<typeof createApi>[1] {
  const { slack_signing_secret: signingSecret, slack_bot_token: botToken } = deployment.effects.settings
  if (signingSecret === '') return {}
  const worker = createWorker(deployment, openDelivery({ botToken }))
  return { slack: createSlack({ signingSecret, botToken, queue: localQueue(worker, deployment.effects.warn) }) }
}

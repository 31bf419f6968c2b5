import { mkdir } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import { stateFolder } from '../../src/catalog/read.ts'
import type { Settings } from '../../src/settings.ts'
import { openStore, type Store } from '../../src/store.ts'
import type { Deployment } from '../effects.ts'
import { createSlack } from '../slack.ts'
import { createWorker, type Worker } from '../worker.ts'
import { openDelivery } from './deliver.ts'
import { type Ledger, openLedger } from './ledger.ts'
import { type LocalQueue, localQueue } from './queue.ts'
import { readRights } from './rights.ts'
import { openThreads } from './threads.ts'
import { openSlackWeb, slackAddresses } from './web.ts'

/** The worker of a deployment, with what it writes down: below `state_dir`, or where setting `shared` says. */
export async function openWorker(deployment: Deployment): Promise<{ worker: Worker; ledger: Ledger }> {
  const { settings, warn } = deployment.effects
  const store = await slackStore(settings)
  const ledger = openLedger(store, { lease_ms: settings.slack_lease_ms, now: Date.now })
  const worker = createWorker({
    deployment,
    delivery: openDelivery(openSlackWeb(slackAddresses(settings))),
    ledger,
    threads: openThreads(store),
    rights: readRights(settings.slack_rights, deployment.keyring),
    warn,
  })
  return { worker, ledger }
}

/** Slack's door and its worker in one process; what an earlier process left undone is taken up at once. */
export async function openLocalSlack(
  deployment: Deployment,
): Promise<{ door: ReturnType<typeof createSlack>; queue: LocalQueue }> {
  const { settings, warn } = deployment.effects
  const { worker, ledger } = await openWorker(deployment)
  const queue = localQueue(ledger, worker, {
    parallel: settings.slack_parallel,
    sweep_ms: settings.slack_lease_ms / 3,
    warn,
  })
  await ledger.tidy()
  await queue.sweep()
  const { openView } = openDelivery(openSlackWeb(slackAddresses(settings)))
  return { door: createSlack({ signingSecret: settings.slack_signing_secret, queue, openView, warn }), queue }
}

async function slackStore(settings: Settings): Promise<Store> {
  const { shared } = settings
  const stateDir = stateFolder(settings)
  const root = shared === '' ? join(stateDir, 'shared') : shared
  const place = root.startsWith('s3://') || isAbsolute(root) ? root : resolve(root)
  if (!place.startsWith('s3://')) await mkdir(place, { recursive: true })
  return openStore(place, settings, stateDir)
}

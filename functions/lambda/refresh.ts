import { type Catalogs, openCatalogs } from '../../src/catalog/catalogs.ts'
import { stateFolder } from '../../src/catalog/read.ts'
import { readSettings, type Settings } from '../../src/settings.ts'
import { openStore, type Store } from '../../src/store.ts'
import { openShared } from '../shared.ts'
import { before, deadlineOf, type Invocation } from './deadline.ts'

interface QueueEvent {
  Records: { messageId: string; body: string }[]
}

interface BucketEvent {
  sweep?: boolean
  Records?: { s3: { object: { key: string } } }[]
}

interface BatchResult {
  batchItemFailures: { itemIdentifier: string }[]
}

interface Opened {
  catalogs: Catalogs
  data: Store
  settings: Settings
}

let opened: Promise<Opened> | undefined

/**
 * Files changed: each touched dataset's catalog is read once a batch, however many files came, and kept where setting
 * `shared` says; the answering environments find it there. The queue's batching window is the pause that lets an upload
 * of many files finish. What cannot be read before Lambda ends the invocation is given back to the queue.
 */
export async function handler({ Records }: QueueEvent, invocation: Invocation): Promise<BatchResult> {
  const deadline_ms = deadlineOf(invocation)
  const { catalogs, data, settings } = await open()
  const known = new Set(await catalogs.names())
  const messages = new Map<string, string[]>()
  for (const { messageId, body } of Records) {
    for (const dataset of touched(body, { known, settings, root: data.name })) {
      messages.set(dataset, [...(messages.get(dataset) ?? []), messageId])
    }
  }
  const failed = new Set<string>()
  for (const [dataset, ids] of messages) {
    if (!known.has(dataset)) continue
    await before(deadline_ms, catalogs.get(dataset)).catch((problem) => {
      console.error(problem)
      for (const id of ids) failed.add(id)
    })
  }
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) }
}

function open(): Promise<Opened> {
  opened ??= openAll().catch((problem) => {
    opened = undefined
    throw problem
  })
  return opened
}

async function openAll(): Promise<Opened> {
  // A change is never looked at too late here: it is what woke us.
  const settings = { ...readSettings(), catalog_check_ms: 0 }
  const stateDir = stateFolder(settings)
  const data = await openStore(settings.data, settings, stateDir)
  const { cache } = await openShared(settings, stateDir, console.error)
  return { catalogs: await openCatalogs(data, settings, () => performance.now(), cache), data, settings }
}

/** The datasets a message speaks of: those of changed files, or all of them when it is the daily sweep's. */
function touched(body: string, at: { known: Set<string>; settings: Settings; root: string }): Set<string> {
  const event = JSON.parse(body) as BucketEvent
  if (event.sweep === true) return at.known
  return new Set(changedPaths(event, at.settings.data).map((path) => datasetOf(path, at.known, at.root)))
}

/** Paths below the data prefix of an S3 notification; S3's own test message has none. */
function changedPaths({ Records = [] }: BucketEvent, data: string): string[] {
  const prefix = /^s3:\/\/[^/]+\/?(.*)$/.exec(data)?.[1]?.replace(/([^/])$/, '$1/') ?? ''
  const keys = Records.map(({ s3 }) => decodeURIComponent(s3.object.key.replaceAll('+', ' ')))
  return keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length))
}

/** The dataset of a folder's name, else the one whose files lie in the root itself. */
function datasetOf(path: string, known: Set<string>, root: string): string {
  const [folder = ''] = path.split('/')
  return known.has(folder) ? folder : root
}

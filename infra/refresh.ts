import { changes } from './queue.ts'
import { packaged } from './runtime.ts'
import { stage } from './stage.ts'
import { lake, reading } from './storage.ts'

lake.notify({
  notifications: [
    {
      name: 'Changes',
      queue: changes.queue,
      events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'],
      filterPrefix: 'data/',
    },
  ],
})

/** Reads the catalogs of changed datasets: half a minute after the first file, all that came until then at once. */
changes.queue.subscribe(
  {
    ...packaged('refresh'),
    ...reading,
    name: `${$app.name}-${$app.stage}-refresh`,
    memory: '3008 MB',
    storage: stage.disk,
    timeout: '150 seconds',
    concurrency: { reserved: 2 },
  },
  { batch: { size: 100, window: '30 seconds', partialResponses: true } },
)

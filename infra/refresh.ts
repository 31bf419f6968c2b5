import { changes } from './queue.ts'
import { roleFor } from './roles.ts'
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

/** Once a day all datasets are looked at: a notification that was lost costs a day, not for ever. */
const sweeper = roleFor('Sweeper', 'scheduler.amazonaws.com', {
  statements: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: changes.queue.arn }],
})
new aws.scheduler.Schedule('Sweep', {
  scheduleExpression: 'cron(15 4 * * ? *)',
  flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: 30 },
  target: { arn: changes.queue.arn, roleArn: sweeper.arn, input: JSON.stringify({ sweep: true }) },
})

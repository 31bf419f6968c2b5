import { athena } from './athena.ts'
import { asking } from './model.ts'
import { jobs } from './queue.ts'
import { answering, packaged } from './runtime.ts'
import { slackBotToken, slackSigningSecret } from './secrets.ts'
import { stage } from './stage.ts'
import { reading } from './storage.ts'

/** Slack's door: open to the internet, it answers only what Slack signed, and hands questions to the queue. */
export const door = new sst.aws.Function('Slack', {
  ...packaged('slack'),
  memory: '512 MB',
  timeout: '10 seconds',
  concurrency: { reserved: 10 },
  url: { authorization: 'none', cors: false },
  environment: {
    ASKLAKE_SLACK_SIGNING_SECRET: slackSigningSecret.value,
    ASKLAKE_SLACK_BOT_TOKEN: slackBotToken.value,
    ASKLAKE_QUEUE_URL: jobs.queue.url,
  },
  permissions: [{ actions: ['sqs:SendMessage'], resources: [jobs.queue.arn] }],
})

/** Who in Slack may ask what; nobody until somebody says so. */
const rights = process.env['ASKLAKE_SLACK_RIGHTS'] ?? '*=none'

const worker = answering(reading, asking, athena)

/** Answers the queued questions, one at a time in each environment. */
jobs.queue.subscribe(
  {
    ...packaged('worker'),
    ...worker,
    name: `${$app.name}-${$app.stage}-worker`,
    memory: stage.memory,
    storage: stage.disk,
    timeout: '60 seconds',
    concurrency: { reserved: stage.concurrency },
    environment: { ...worker.environment, ASKLAKE_SLACK_BOT_TOKEN: slackBotToken.value, ASKLAKE_SLACK_RIGHTS: rights },
  },
  { batch: { size: 1, partialResponses: true } },
)

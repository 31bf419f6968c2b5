import { api } from './api.ts'
import { changes, jobs } from './queue.ts'
import { door } from './slack.ts'

const region = aws.getRegionOutput().region

type Metric = (string | $util.Input<string> | { stat: string; label?: string })[]

const lambda = (name: $util.Input<string>, metric: string, stat: string): Metric => [
  'AWS/Lambda',
  metric,
  'FunctionName',
  name,
  { stat },
]
const queue = (name: $util.Input<string>, metric: string): Metric => [
  'AWS/SQS',
  metric,
  'QueueName',
  name,
  { stat: 'Maximum' },
]

const worker = `${$app.name}-${$app.stage}-worker`
const refresh = `${$app.name}-${$app.stage}-refresh`

/** What an operator looks at first, top to bottom: who asks, how long it takes, what fails, what waits, what it costs. */
const GRAPHS: { title: string; metrics: Metric[] }[] = [
  { title: 'Requests', metrics: [lambda(api.name, 'UrlRequestCount', 'Sum'), lambda(worker, 'Invocations', 'Sum')] },
  {
    title: 'Time of an answer (ms)',
    metrics: ['p50', 'p95', 'p99'].map((stat) => lambda(api.name, 'Duration', stat)),
  },
  {
    title: 'Errors and throttles',
    metrics: [
      lambda(api.name, 'Url5xxCount', 'Sum'),
      lambda(api.name, 'Throttles', 'Sum'),
      lambda(door.name, 'Errors', 'Sum'),
      lambda(worker, 'Errors', 'Sum'),
      lambda(refresh, 'Errors', 'Sum'),
    ],
  },
  {
    title: 'Environments at once',
    metrics: [api.name, worker, refresh].map((name) => lambda(name, 'ConcurrentExecutions', 'Maximum')),
  },
  {
    title: 'Waiting questions and changes',
    metrics: [jobs, changes].flatMap(({ queue: { nodes }, failures }) => [
      queue(nodes.queue.name, 'ApproximateNumberOfMessagesVisible'),
      queue(nodes.queue.name, 'ApproximateAgeOfOldestMessage'),
      queue(failures.nodes.queue.name, 'ApproximateNumberOfMessagesVisible'),
    ]),
  },
  {
    title: 'Billed milliseconds',
    metrics: [api.name, worker, refresh].map((name) => lambda(name, 'Duration', 'Sum')),
  },
]

new aws.cloudwatch.Dashboard('Dashboard', {
  dashboardName: `${$app.name}-${$app.stage}`,
  dashboardBody: $jsonStringify({
    widgets: GRAPHS.map(({ title, metrics }, index) => ({
      type: 'metric',
      x: (index % 2) * 12,
      y: Math.floor(index / 2) * 6,
      width: 12,
      height: 6,
      properties: { title, metrics, region, period: 300, view: 'timeSeries' },
    })),
  }),
})

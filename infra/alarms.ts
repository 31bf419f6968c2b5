import { api } from './api.ts'
import { changes, jobs } from './queue.ts'
import { door } from './slack.ts'
import { stage } from './stage.ts'

const operator = process.env['ASKLAKE_OPERATOR_EMAIL']

const topic = new aws.sns.Topic('Alarms', { kmsMasterKeyId: 'alias/aws/sns' })
if (operator) {
  new aws.sns.TopicSubscription('Operator', { topic: topic.arn, protocol: 'email', endpoint: operator })
  new aws.budgets.Budget('Budget', {
    budgetType: 'COST',
    timeUnit: 'MONTHLY',
    limitAmount: String(stage.budget_usd),
    limitUnit: 'USD',
    notifications: [
      {
        comparisonOperator: 'GREATER_THAN',
        threshold: 80,
        thresholdType: 'PERCENTAGE',
        notificationType: 'FORECASTED',
        subscriberEmailAddresses: [operator],
      },
    ],
  })
}

interface Watched {
  namespace: string
  metricName: string
  dimensions: Record<string, $util.Input<string>>
  statistic?: string
  extendedStatistic?: string
  threshold: number
  alarmDescription: string
}

/** Answers of 500 and above; a function that throws is one of them. */
const errors = (name: $util.Input<string>, alarmDescription: string): Watched => ({
  namespace: 'AWS/Lambda',
  metricName: 'Url5xxCount',
  dimensions: { FunctionName: name },
  statistic: 'Sum',
  threshold: 0,
  alarmDescription,
})
const waiting = (name: $util.Input<string>, alarmDescription: string): Watched => ({
  namespace: 'AWS/SQS',
  metricName: 'ApproximateNumberOfMessagesVisible',
  dimensions: { QueueName: name },
  statistic: 'Maximum',
  threshold: 0,
  alarmDescription,
})

const ALARMS: Record<string, Watched> = {
  ApiErrors: errors(api.name, 'The API answered 500 or above: see its log group.'),
  SlackErrors: errors(door.name, 'Slack questions are not accepted: see the log group of the Slack function.'),
  ApiThrottled: {
    ...errors(api.name, 'More people ask than the reserved concurrency lets in: raise it in infra/stage.ts.'),
    metricName: 'Throttles',
  },
  ApiSlow: {
    ...errors(api.name, 'One answer in twenty takes more than 10 s: a dataset may be too large for one query process.'),
    metricName: 'Duration',
    threshold: 10_000,
    extendedStatistic: 'p95',
  },
  JobsFailed: waiting(
    jobs.failures.nodes.queue.name,
    'Questions from Slack failed three times: they wait in the failures queue.',
  ),
  ChangesFailed: waiting(
    changes.failures.nodes.queue.name,
    'A changed dataset could not be read three times: see the log of refresh.',
  ),
}

for (const [name, { statistic, extendedStatistic, ...watched }] of Object.entries(ALARMS)) {
  new aws.cloudwatch.MetricAlarm(name, {
    ...watched,
    ...(extendedStatistic ? { extendedStatistic } : { statistic }),
    period: 300,
    evaluationPeriods: 1,
    comparisonOperator: 'GreaterThanThreshold',
    treatMissingData: 'notBreaching',
    alarmActions: [topic.arn],
  })
}

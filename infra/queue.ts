/** Messages that failed this often wait for a person, two weeks at the most. */
const TRIES = 3
const TWO_WEEKS_S = 14 * 24 * 3600

/** A queue and the one its failures go to; `visible` is six times what its function may take, as Lambda advises. */
function queueWithFailures(name: string, visible: `${number} seconds`) {
  const encrypted = { sqsManagedSseEnabled: true }
  const failures = new sst.aws.Queue(`${name}Failures`, {
    transform: { queue: { ...encrypted, messageRetentionSeconds: TWO_WEEKS_S } },
  })
  const queue = new sst.aws.Queue(name, {
    visibilityTimeout: visible,
    dlq: { queue: failures.arn, retry: TRIES },
    transform: { queue: encrypted },
  })
  return { queue, failures }
}

/** Questions from Slack. */
export const jobs = queueWithFailures('Jobs', '360 seconds')

/** Changed files. */
export const changes = queueWithFailures('Changes', '900 seconds')

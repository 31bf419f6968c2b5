/**
 * Leaves a message in an SQS queue for each question that wants the large model: nobody takes them, and how many there are
 * tells how many servers to run, also while none runs. Undefined without a queue. A message that cannot be left is warned of.
 */
export function wantedQueue(url: string, warn: (problem: unknown) => void): (() => void) | undefined {
  if (url === '') return undefined
  const client = import('@aws-sdk/client-sqs').then((sqs) => ({
    sqs,
    queue: new sqs.SQSClient({ endpoint: new URL(url).origin }),
  }))
  const leave = async () => {
    const { sqs, queue } = await client
    await queue.send(new sqs.SendMessageCommand({ QueueUrl: url, MessageBody: 'wanted' }))
  }
  return () => void leave().catch(warn)
}

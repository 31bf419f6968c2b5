import type { Delivery } from './deliver.ts'

/** A delivery that counts what it sends, for the audit log: bytes of messages as JSON and of files, once they have gone out. */
export function counted(delivery: Delivery): { delivery: Delivery; bytes(): number } {
  let total = 0
  /** Counts the first argument of a delivery once it has succeeded. */
  const counting =
    <First, Rest extends unknown[], Result>(send: (first: First, ...rest: Rest) => Promise<Result>) =>
    async (first: First, ...rest: Rest): Promise<Result> => {
      const result = await send(first, ...rest)
      total += bytesOf(first)
      return result
    }
  return {
    delivery: {
      ...delivery,
      post: counting(delivery.post),
      begin: counting(delivery.begin),
      replace: counting(delivery.replace),
      whisper: counting(delivery.whisper),
      picture: counting(delivery.picture),
      share: counting(delivery.share),
    },
    bytes: () => total,
  }
}

function bytesOf(sent: unknown): number {
  const { bytes } = sent as { bytes?: Uint8Array }
  return bytes?.byteLength ?? Buffer.byteLength(JSON.stringify(sent))
}

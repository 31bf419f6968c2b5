/** One object of a bucket, by its whole key. */
export interface ObjectFacts {
  key: string
  bytes: number
  etag: string
}

export interface ReadObject {
  body: Uint8Array
  etag: string
}

/** What a store needs of an object service. `'changed'`: a condition did not hold; null: there is no such object. */
export interface Objects {
  /** All objects whose key starts with `prefix`, whatever the number of pages. */
  list(prefix: string): Promise<ObjectFacts[]>
  /** Bytes `from`..`to` (inclusive; the whole when absent) of the very version `etag` (any when absent). */
  read(
    key: string,
    options: { range?: { from: number; to: number }; etag?: string },
  ): Promise<ReadObject | 'changed' | null>
  /** Writes an object under a condition; gives the new ETag. */
  write(key: string, body: Uint8Array, condition: { absent?: boolean; etag?: string }): Promise<string | 'changed'>
  remove(key: string): Promise<void>
}

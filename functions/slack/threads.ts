import type { Store } from '../../src/store.ts'

/** The last answer of a thread, by its id: what a message in it follows up. */
export interface Thread {
  answer: string
}

/** Which answer each thread has come to; shared by every worker. */
export interface Threads {
  get(channel: string, thread: string): Promise<Thread | undefined>
  put(channel: string, thread: string, last: Thread): Promise<void>
}

/** Threads kept in a store, one small object each. */
export function openThreads(store: Store): Threads {
  return {
    get: async (channel, thread) => {
      const found = await store.get(pathOf(channel, thread))
      return found === null ? undefined : (JSON.parse(new TextDecoder().decode(found.body)) as Thread)
    },
    put: async (channel, thread, last) => {
      await store.put(pathOf(channel, thread), new TextEncoder().encode(JSON.stringify(last)))
    },
  }
}

/** Slack's ids are capital letters, digits and a point; nothing else becomes part of a path. */
function pathOf(channel: string, thread: string): string {
  const plain = (text: string) => text.replaceAll(/[^A-Za-z0-9.]/g, '_')
  return `slack/threads/${plain(channel)}/${plain(thread)}.json`
}

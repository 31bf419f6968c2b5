import { type Past, type PastShape, pastBytes, regrouped } from './past.ts'

/** Pasts of prompts already read, so that a prompt that begins like another reads only what is new. */
export interface PrefixStore {
  /** The longest known beginning of a prompt, as a past of one row; undefined when none is worth it. */
  find(prompt: readonly number[]): Past | undefined
  keep(prompt: readonly number[], past: Past): void
}

/** A shorter common beginning saves less than its copy costs. */
const SHORTEST = 8

/** Keeps up to `bytes` of pasts; the least recently used go first. */
export function prefixStore(shape: PastShape, bytes: number): PrefixStore {
  let kept: { prompt: readonly number[]; past: Past }[] = []
  return {
    find: (prompt) => {
      let best = { length: SHORTEST - 1, at: -1 }
      kept.forEach((one, at) => {
        // The last token of a prompt is always read, since its logits are wanted.
        const length = Math.min(common(one.prompt, prompt), prompt.length - 1)
        if (length > best.length) best = { length, at }
      })
      const found = kept[best.at]
      if (found === undefined) return undefined
      kept = [found, ...kept.filter((one) => one !== found)]
      return regrouped([{ past: found.past, row: 0, length: best.length }], shape)
    },
    keep: (prompt, past) => {
      const others = kept.filter((one) => !isBeginning(one.prompt, prompt))
      let room = bytes
      kept = [{ prompt, past }, ...others].filter((one) => {
        room -= pastBytes(one.past)
        return room >= 0
      })
    },
  }
}

function isBeginning(one: readonly number[], other: readonly number[]): boolean {
  return one.length <= other.length && common(one, other) === one.length
}

function common(one: readonly number[], other: readonly number[]): number {
  const most = Math.min(one.length, other.length)
  let length = 0
  while (length < most && one[length] === other[length]) length++
  return length
}

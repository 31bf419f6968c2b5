import { seeded } from '../attack/mutate.ts'

/** Random things, the same for the same seed. */
export interface Chance {
  number(below: number): number
  pick<T>(items: readonly T[]): T
  bytes(length: number): Buffer
  /** Text of any planes of Unicode: letters, controls, marks, emoji, halves of surrogates. */
  text(length: number): string
}

const PLANES: [number, number][] = [
  [0x00, 0x20],
  [0x20, 0x7e],
  [0x7f, 0xff],
  [0x300, 0x36f],
  [0x590, 0x6ff],
  [0x2000, 0x206f],
  [0x4e00, 0x9fff],
  [0xd800, 0xdfff],
  [0xe000, 0xf8ff],
  [0xfe00, 0xfe0f],
  [0xfff0, 0xffff],
  [0x1f300, 0x1faff],
  [0xe0000, 0xe007f],
  [0x10ff00, 0x10ffff],
]

export function chance(seed: number): Chance {
  const random = seeded(seed)
  const number = (below: number) => Math.floor(random() * below)
  const pick = <T>(items: readonly T[]) => items[number(items.length)] as T
  const sign = () => {
    const [from, to] = pick(PLANES)
    return String.fromCodePoint(from + number(to - from + 1))
  }
  return {
    number,
    pick,
    bytes: (length) => Buffer.from(Array.from({ length }, () => number(256))),
    text: (length) => Array.from({ length }, sign).join(''),
  }
}

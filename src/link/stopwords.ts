import { stem } from './words.ts'

/** Stems of words that carry grammar only: alone they are neither a name nor a value (unless quoted or capitalised in mid-sentence). */
export const STOP_STEMS: ReadonlySet<string> = stemsOf(`
  a an the of in on for to by with and or is are was were be been being what which who whom whose how many much show me
  list give find return tell display all each every any do does did has have had that this those these it its their his
  her him he she they them there than from as at not no more most least less please i my our want we us you your can
  could would will shall should may might must into per s t re d ll ve when where while why if then so but about also
  only just over under between among across both either neither such same other another some few out up down off again
  get let make see need know come compute calculate retrieve provide present select`)

/** Stems that may be a whole name ("Total") but do not count as a part of one ("total credits"). */
export const WEAK_STEMS: ReadonlySet<string> = stemsOf('number count total average sum maximum minimum mean amount')

function stemsOf(text: string): Set<string> {
  return new Set(text.trim().split(/\s+/).map(stem))
}

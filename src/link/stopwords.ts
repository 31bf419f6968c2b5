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

/** Short words of questions that are also written as codes (airports GO, TOP, RUN): typed small, they are words. */
export const EVERYDAY_STEMS: ReadonlySet<string> = stemsOf(`
  go run ran top best worst low high big new old first last id ids name date day week month year hour time sum avg min max
  sort rank plot bar pie line take took use own work live born play win won lose lost die pay paid buy sell sold cost
  add set put ask try end due age sex man men car bus air sea sun way far near long late fast hot cold wet dry per cent
  one two six ten half part full free main code key row unit item list file case sale stop turn hit cut act art pet dog
  cat eat fit fly flew fee tax`)

function stemsOf(text: string): Set<string> {
  return new Set(text.trim().split(/\s+/).map(stem))
}

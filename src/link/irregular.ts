/** Words whose base form no rule gives, and words a rule would spoil (mapped to themselves). */
export const IRREGULAR: ReadonlyMap<string, string> = new Map(
  pairs(`
  people person, persons person, children child, men man, women woman, feet foot, teeth tooth, mice mouse, geese goose,
  lives life, wives wife, leaves leaf, knives knife, halves half, shelves shelf, selves self, thieves thief,
  indices index, indexes index, matrices matrix, vertices vertex, appendices appendix, analyses analysis, crises crisis,
  bases base, criteria criterion, phenomena phenomenon, media media, data data, alumni alumnus, buses bus, gases gas,
  theme theme, themes theme, movies movie, movie movie, series series, species species, cookies cookie, calories calorie, zombies zombie, ties tie,
  pies pie, lies lie, dies die, died die, dying die, tied tie, lied lie, means means, news news, lens lens, bonus bonus,
  plane plane, planes plane, state state, states state, stated state, united united, unit unit, units unit,
  during during, evening evening, morning morning, nothing nothing, something something, anything anything,
  species species, has have, had have, having have, does do, did do, was be, were be, been be, is be, are be,
  went go, gone go, sold sell, bought buy, paid pay, made make, written write, wrote write, held hold, won win,
  winning win, winner winner, lost lose, led lead, ran run, running run, given give, gave give, taken take, took take,
  taught teach, grew grow, grown grow, spent spend, sent send, built build, born birth, left left, found found,
  began begin, begun begin, driven drive, drove drive, flew fly, flown fly, known know, knew know, shown show,
  chosen choose, chose choose, met meet, saw see, seen see, said say, spoken speak, spoke speak, broken break,
  aged age, ages age, aging age, named name, called call, ids id, identifier id, identifiers id, identification id,
  usage usage, used use, using use, uses use, hired hire, hiring hire, owned own, owed owe, added add, aired air,
  better good, best good, worse bad, worst bad, more more, most most, less less, least least, fewer few, fewest few,
  further far, farther far, furthest far, farthest far, elder old, eldest old, latest late, later late,
  building building, buildings building, rating rating, ratings rating, rated rating, rate rate, rates rate, spring spring,
  being be, thing thing, things thing, pricing price, wedding wedding, red red, speed speed, feed feed, need need,
  seed seed, weed weed, hundred hundred, bed bed, thousands thousand, millions million, billions billion, hundreds hundred,
  canceled cancel, cancelled cancel, canceling cancel, cancelling cancel, traveled travel, travelled travel,
  enrolled enroll, enrolling enroll, enrolment enrollment, labour labor, colour color, colours color, centre center,
  centres center, theatre theater, theatres theater, programme program, programmes program, grey gray,
  organisation organization, organisations organization, favourite favorite, neighbourhood neighborhood
`),
)

/** Comparatives and superlatives of the adjectives questions rank by, to the adjective. */
export const COMPARATIVES: ReadonlyMap<string, string> = new Map(
  `old young high low large small big tall short long heavy light cheap early late new recent fast slow great rich poor
  strong weak wide narrow deep shallow thick thin warm cool cold hot busy happy easy hard close near dear great quick
  loud quiet fat slim steep bright dark clean dirty safe risky costly lengthy healthy wealthy tiny huge brief full empty
  rare dense sunny rainy windy dry wet mild pricey noisy lazy hungry simple smart strict tough rough smooth soft sweet`
    .trim()
    .split(/\s+/)
    .flatMap((adjective) => [
      [`${comparativeRoot(adjective)}er`, adjective] as const,
      [`${comparativeRoot(adjective)}est`, adjective] as const,
    ]),
)

function comparativeRoot(adjective: string): string {
  if (adjective === 'pricey') return 'prici'
  if (adjective.endsWith('e')) return adjective.slice(0, -1)
  if (/[^aeiou]y$/.test(adjective)) return `${adjective.slice(0, -1)}i`
  return /^[^aeiou]*[aeiou][bdgmnpt]$/.test(adjective) ? adjective + adjective.at(-1) : adjective
}

/** Words that say a number. */
export const NUMBER_WORDS: ReadonlyMap<string, number> = new Map(
  pairs(`zero 0, one 1, two 2, three 3, four 4, five 5, six 6, seven 7, eight 8, nine 9, ten 10, eleven 11, twelve 12,
  thirteen 13, fourteen 14, fifteen 15, sixteen 16, seventeen 17, eighteen 18, nineteen 19, twenty 20, thirty 30,
  forty 40, fifty 50, sixty 60, seventy 70, eighty 80, ninety 90, hundred 100, thousand 1000, million 1000000,
  billion 1000000000, once 1, twice 2, thrice 3, single 1, both 2, first 1, second 2, third 3, fourth 4, fifth 5,
  dozen 12`).map(([word, number]) => [word, Number(number)]),
)

function pairs(text: string): [string, string][] {
  return text
    .trim()
    .split(/,\s*/)
    .map((pair) => pair.split(' ') as [string, string])
}

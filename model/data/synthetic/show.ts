/** Prints random questions with their programs: `node --import tsx model/data/synthetic/show.ts [count] [seed] [family]`. */
import { itemsOf } from '../../../src/catalog.ts'
import type { Token } from '../../../src/draft/program.ts'
import { wordsOf } from '../../../src/link/words.ts'
import { FAMILIES, randomPair } from './questions.ts'
import { randomOf } from './random.ts'
import type { Scene } from './scene.ts'
import { randomScene } from './schemas.ts'

const [count = '40', seed = String(Date.now() % 100000), family] = process.argv.slice(2)
const random = randomOf(Number(seed))
const families = family === undefined ? FAMILIES : FAMILIES.filter((row) => row.name === family)
for (let shown = 0; shown < Number(count); ) {
  const scene = randomScene(random)
  const pair = randomPair(random, scene, families)
  if (pair === undefined) continue
  shown++
  console.log(
    `${pair.family.padEnd(14).slice(0, 14)} | ${pair.question}\n               | ${spelled(scene, pair.question, pair.program)}`,
  )
}

function spelled(scene: Scene, question: string, program: Token[]): string {
  const items = itemsOf(scene.catalog)
  const words = wordsOf(question)
  const names = items.map((item) => {
    const table = scene.catalog.tables[item.table]
    return item.kind === 'table' ? table?.name : `${table?.name}.${table?.columns[item.column]?.name}`
  })
  return program
    .map((token) =>
      'keyword' in token ? token.keyword : 'item' in token ? names[token.item] : `‹${words[token.word]?.text}›`,
    )
    .join(' ')
}

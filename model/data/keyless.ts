/** Human questions over catalogs that know no joins: their programs say them. */
import type { Catalog } from '../../src/catalog.ts'
import type { Token } from '../../src/draft/program.ts'
import type { Asked } from './frames.ts'
import type { Scene } from './synthetic/scene.ts'
import type { Piece } from './synthetic/speech.ts'
import { withJoins } from './synthetic/transplant.ts'

/** A scene whose catalog has lost its joins; its edges still tell what is true. */
export function keylessScene(scene: Scene, catalog: Catalog): Scene {
  return { ...scene, catalog: { ...catalog, joins: [] } }
}

/** The question with the joins its program needs written out; undefined where they cannot be told. */
export function keylessPair(scene: Scene, { question, program }: Asked): Asked | undefined {
  if (program.some((token) => 'keyword' in token && token.keyword === 'on')) return undefined
  const pieces = withJoins(
    scene,
    program.map(
      (token): Piece => ('keyword' in token ? token.keyword : 'item' in token ? token : { value: token.word }),
    ),
  )
  const said = pieces?.map((piece): Token => {
    if (typeof piece === 'string') return { keyword: piece }
    return 'item' in piece ? piece : { word: piece.value }
  })
  return said && { question, program: said }
}

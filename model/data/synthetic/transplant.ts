/** Templates of human questions said of another schema: the same sentence and program, other tables, columns and values. */
import { fromOrder } from './from.ts'
import type { Random } from './random.ts'
import type { Entity, Field, Scene } from './scene.ts'
import { type Piece, type Saying, type Speech, speechOf } from './speech.ts'
import type { Place, Template, ValueSlot } from './templates.ts'

/** Source item → target item. */
interface Mapping {
  entities: Map<Entity, Entity>
  fields: Map<Field, Field>
}

/** The template said of the scene; undefined when the scene has no tables and columns of its shape. */
export function transplanted(random: Random, template: Template, scene: Scene): Saying | undefined {
  const entities = mappedEntities(random, template, scene)
  const fields = entities && mappedFields(random, template, scene, entities)
  if (entities === undefined || fields === undefined) return undefined
  const speech = speechOf(random, scene)
  const said = saidValues(speech, template, fields)
  if (said === undefined) return undefined
  const program = mappedProgram(template, scene, { entities, fields }, said)
  if (program === undefined) return undefined
  return { text: mappedText(speech, template, { entities, fields }, said), program }
}

/** Tables of the target that hang together as the template's do. */
function mappedEntities(random: Random, template: Template, scene: Scene): Map<Entity, Entity> | undefined {
  const [first, ...rest] = template.entities
  if (first === undefined || template.entities.length > scene.entities.length) return undefined
  const mapping = new Map([[first, random.pick(scene.entities)]])
  const open = [...rest]
  while (open.length > 0) {
    const found = nextMapping(random, template.scene, scene, mapping, open)
    if (found === undefined) return undefined
    mapping.set(found[0], found[1])
    open.splice(open.indexOf(found[0]), 1)
  }
  return mapping
}

/** A table that refers to, or is referred to by, one mapped already; and its like in the target. */
function nextMapping(
  random: Random,
  from: Scene,
  to: Scene,
  mapping: Map<Entity, Entity>,
  open: Entity[],
): [Entity, Entity] | undefined {
  for (const entity of open) {
    const at = from.entities.indexOf(entity)
    for (const [known, image] of mapping) {
      const knownAt = from.entities.indexOf(known)
      const imageAt = to.entities.indexOf(image)
      const up = from.edges.some((edge) => edge.from.entity === knownAt && edge.to.entity === at)
      const down = from.edges.some((edge) => edge.from.entity === at && edge.to.entity === knownAt)
      if (!up && !down) continue
      const images = to.edges.flatMap((edge) =>
        up
          ? edge.from.entity === imageAt
            ? [edge.to.entity]
            : []
          : edge.to.entity === imageAt
            ? [edge.from.entity]
            : [],
      )
      const free = images.map((one) => to.entities[one] as Entity).filter((one) => ![...mapping.values()].includes(one))
      const chosen = random.pickOr(free)
      return chosen === undefined ? undefined : [entity, chosen]
    }
  }
  return undefined
}

function mappedFields(
  random: Random,
  template: Template,
  scene: Scene,
  entities: Map<Entity, Entity>,
): Map<Field, Field> | undefined {
  const mapping = new Map<Field, Field>()
  for (const field of template.fields) {
    const owner = template.scene.entities[field.entity]
    const target = owner && entities.get(owner)
    if (target === undefined) return undefined
    const silent = !template.named.has(field.item)
    const used = new Set(mapping.values())
    const isName = owner?.name === field
    const fitting = target.fields.filter(
      (other) => !used.has(other) && isAlike(field, other) && (!silent || !isName || target.name === other),
    )
    const chosen = field.refers ? referenceLike(template, scene, entities, field, fitting) : random.pickOr(fitting)
    if (chosen === undefined) return undefined
    mapping.set(field, chosen)
  }
  return mapping
}

/** Columns that the same words can be said of: a key of a key, an age of an age, a place of a place. */
function isAlike(field: Field, other: Field): boolean {
  if (field.isKey || other.isKey) return field.isKey && other.isKey
  if (field.refers || other.refers) return field.refers && other.refers
  if (field.sense.kind !== other.sense.kind) return false
  if (field.senseName === 'flag' || other.senseName === 'flag') return field.senseName === other.senseName
  if (field.sense.kind === 'number') return (field.sense.most?.[0] ?? '') === (other.sense.most?.[0] ?? '')
  return (
    field.sense.kind !== 'text' ||
    (field.sense.role === other.sense.role &&
      (field.sense.role !== 'place' || field.senseName === other.senseName || field.senseName.startsWith('{')))
  )
}

/** A reference to the image of the table that the template's refers to. */
function referenceLike(
  template: Template,
  scene: Scene,
  entities: Map<Entity, Entity>,
  field: Field,
  fitting: Field[],
): Field | undefined {
  const edge = template.scene.edges.find((one) => one.from === field)
  const target = edge && template.scene.entities[edge.to.entity]
  const image = target && entities.get(target)
  return fitting.find((other) => {
    const own = scene.edges.find((one) => one.from === other)
    return own !== undefined && (image === undefined || scene.entities[own.to.entity] === image)
  })
}

type Said = Map<string, { text: string; piece: Piece }>

const keyOf = ({ first, last }: Place) => `${first} ${last}`

/** New values in place of the old ones; numbers that count or limit stay as they are. */
function saidValues(speech: Speech, template: Template, fields: Map<Field, Field>): Said | undefined {
  const said: Said = new Map()
  for (const slot of template.values) {
    if (said.has(keyOf(slot))) continue
    const text = newValue(speech.random, template, slot, fields)
    if (text === undefined) return undefined
    said.set(keyOf(slot), speech.value(text))
  }
  return said
}

function newValue(random: Random, template: Template, slot: ValueSlot, fields: Map<Field, Field>): string | undefined {
  const old = template.question.slice(template.words[slot.first]?.start, template.words[slot.last]?.end)
  const target = slot.field && fields.get(slot.field)
  if (target === undefined || slot.aggregated || slot.operator === 'limit') return old
  const stored = random.pickOr(target.values)?.value
  if (stored === undefined || target.isKey || target.refers) return undefined
  if (target.sense.kind === 'date')
    return slot.operator === '=' && /^\d{4}$/.test(old)
      ? stored.slice(0, 4)
      : /^\d{4}$/.test(old)
        ? stored.slice(0, 4)
        : stored.slice(0, 10)
  if (!['like', 'starts', 'ends'].includes(slot.operator)) return stored
  const word = random.pickOr(stored.match(/[A-Za-z]{2,}/g) ?? [])
  if (word === undefined) return undefined
  return slot.operator === 'like'
    ? word
    : slot.operator === 'starts'
      ? (stored.match(/^[A-Za-z]{1,3}/)?.[0] ?? undefined)
      : stored.match(/[A-Za-z]{1,3}$/)?.[0]
}

function mappedProgram(template: Template, scene: Scene, mapping: Mapping, said: Said): Piece[] | undefined {
  const images = new Map([...mapping.entities, ...mapping.fields].map(([source, target]) => [source.item, target.item]))
  const pieces: Piece[] = []
  const { program } = template
  for (let at = 0; at < program.length; at++) {
    const token = program[at]
    if (token === undefined) break
    if ('word' in token) {
      const last = program[at + 1]
      const value = last !== undefined && 'word' in last ? said.get(`${token.word} ${last.word}`) : undefined
      if (value === undefined) return undefined
      pieces.push(value.piece)
      at++
    } else if ('item' in token) {
      const image = images.get(token.item)
      if (image === undefined) return undefined
      pieces.push({ item: image })
    } else pieces.push(token.keyword)
  }
  return withJoins(scene, pieces)
}

/** Each FROM's tables as the scene joins them; undefined where it does not join them in one way. */
export function withJoins(scene: Scene, pieces: Piece[]): Piece[] | undefined {
  const result: Piece[] = []
  for (let at = 0; at < pieces.length; at++) {
    const piece = pieces[at] as Piece
    result.push(piece)
    if (piece !== 'from' || pieces[at + 1] === '(') continue
    result.pop()
    const order: number[] = []
    const left: number[] = []
    for (
      let next = pieces[at + 1];
      next === 'left' || (typeof next === 'object' && 'item' in next);
      next = pieces[at + 1]
    ) {
      const item = next === 'left' ? pieces[at + 2] : next
      const entity = scene.entities.findIndex(
        (one) => typeof item === 'object' && 'item' in item && one.item === item.item,
      )
      order.push(entity)
      if (next === 'left') left.push(entity)
      at += next === 'left' ? 2 : 1
    }
    const from = fromOrder(scene, order, left)
    if (from === undefined) return undefined
    result.push(...from)
  }
  return result
}

/** The question with the target's names and values in place of the old ones. */
function mappedText(speech: Speech, template: Template, mapping: Mapping, said: Said): string {
  const changes: { place: Place; text: string }[] = []
  for (const [source, target] of mapping.fields)
    for (const place of template.named.get(source.item) ?? [])
      changes.push({ place, text: speech.field(target, isPlural(template, place)) })
  for (const [source, target] of mapping.entities)
    for (const place of template.named.get(source.item) ?? [])
      changes.push({ place, text: speech.entity(target, isPlural(template, place)) })
  for (const slot of template.values) changes.push({ place: slot, text: said.get(keyOf(slot))?.text ?? '' })
  let text = ''
  let end = 0
  const done = new Set<number>()
  for (const { place, text: replacement } of changes.sort((a, b) => a.place.first - b.place.first)) {
    if (done.has(place.first)) continue
    done.add(place.first)
    text += template.question.slice(end, template.words[place.first]?.start) + replacement
    end = template.words[place.last]?.end ?? end
  }
  return text + template.question.slice(end)
}

function isPlural(template: Template, { last }: Place): boolean {
  const word = template.words[last]?.lower ?? ''
  return /(?:[^s]s|people|men|children)$/.test(word)
}

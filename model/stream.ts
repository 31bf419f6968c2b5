/**
 * Command: writes training frames to stdout for ever, or a fixed number of groups to a file.
 * `node --import tsx model/stream.ts --seed N [--mixture file]`
 * `node --import tsx model/stream.ts --seed N --fixed GROUPS --out file` (human questions of the development databases)
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { frame, framePayload } from './data/frames.ts'
import { developmentSource, type Mixture, readMixture, type Source, sampledItems, sourcesOf } from './data/mixture.ts'
import { randomOf } from './data/synthetic/random.ts'

const { values: args } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    mixture: { type: 'string' },
    fixed: { type: 'string' },
    out: { type: 'string' },
  },
})

const mixture = readMixture(args.mixture)
const random = randomOf(Number(args.seed) * 7919 + 13)

if (args.fixed !== undefined) writeFixed(Number(args.fixed), args.out ?? '.cache/development.frames')
else await stream()

/** A frame of the source; undefined when this draw came to nothing. */
function drawn(source: Source): Buffer | undefined {
  const group = source(random, mixture.questions)
  if (group === null || group.pairs.length === 0) return undefined
  const payload = framePayload(group, sampledItems(random, group, mixture.schemaTokens), random.next)
  return payload === null ? undefined : frame(payload)
}

async function stream(): Promise<void> {
  const sources = sourcesOf()
  const shares = sharesOf(mixture, sources)
  process.stdout.on('error', () => process.exit(0))
  for (;;) {
    const source = random.weighted(shares, ([, share]) => share)[0]
    const bytes = drawn(source)
    if (bytes !== undefined && !process.stdout.write(bytes))
      await new Promise((resolve) => process.stdout.once('drain', resolve))
  }
}

/** Sources with their shares; those without data give theirs to the others. */
function sharesOf({ shares }: Mixture, sources: Map<string, Source>): [Source, number][] {
  const known = Object.entries(shares).flatMap(([name, share]): [Source, number][] => {
    const source = sources.get(name)
    return source === undefined ? [] : [[source, share]]
  })
  if (known.length === 0) throw new Error('the mixture names no source that has data')
  return known
}

function writeFixed(groups: number, path: string): void {
  const source = developmentSource()
  const file = openSync(path, 'w')
  for (let written = 0; written < groups; ) {
    const bytes = drawn(source)
    if (bytes === undefined) continue
    writeSync(file, bytes)
    written++
  }
  closeSync(file)
}

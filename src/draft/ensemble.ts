import { join } from 'node:path'
import { type Network, openNetwork, type QuestionMemory, readModelCard, type SchemaMemory } from './network.ts'

/**
 * Loads a weights folder: one network, or the networks of the folders that its model.json names as `members`, which then
 * write each token together. Rejects when a file is missing or damaged.
 */
export async function openEnsemble(folder: string, threads: number): Promise<Pick<Network, 'readSchema' | 'close'>> {
  const { members } = readModelCard(folder)
  if (members === undefined) return openNetwork(folder, threads)
  const networks = await Promise.all(members.map((member) => openNetwork(join(folder, member), threads)))
  return {
    readSchema: async (schema) => together(await Promise.all(networks.map((network) => network.readSchema(schema)))),
    close: async () => {
      await Promise.all(networks.map((network) => network.close()))
    },
  }
}

function together(memories: SchemaMemory[]): SchemaMemory {
  return {
    readQuestion: async (question) =>
      averaged(await Promise.all(memories.map((memory) => memory.readQuestion(question)))),
  }
}

/** One question as several networks of one vocabulary read it. */
export function averaged(memories: QuestionMemory[]): QuestionMemory {
  const { items, words } = memories[0] as QuestionMemory
  return {
    items,
    words,
    write: () => {
      const writers = memories.map((memory) => memory.write())
      return async (input) => meanOf(await Promise.all(writers.map((write) => write(input))))
    },
  }
}

/** Logits averaged: up to a constant for each row the logarithm of the probabilities' geometric mean. */
function meanOf(all: Float32Array[]): Float32Array {
  const [first, ...rest] = all as [Float32Array, ...Float32Array[]]
  return first.map((value, at) => rest.reduce((sum, other) => sum + (other[at] as number), value) / all.length)
}

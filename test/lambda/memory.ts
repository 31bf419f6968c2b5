import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A bound on the memory of a group of processes, by the kernel (cgroups, version 1 or 2). */
export interface MemoryBound {
  /** Shell that puts the process running it under the bound; empty when there is none. */
  join: string
  /** Most bytes held at once so far, caches included; null when the kernel does not tell. */
  peak(): number | null
  /** Ids of its processes. */
  processes(): number[]
  /** Once its processes have ended. */
  remove(): void
}

const FILES = [
  { limit: 'memory.limit_in_bytes', peak: 'memory.max_usage_in_bytes' },
  { limit: 'memory.max', peak: 'memory.peak' },
]

/** Why memory is not bounded on this machine; empty when it is. */
export const unboundBecause = whyUnbound()

/** A bound of `mb` for a group of its own, or none where the kernel allows none. */
export function boundMemory(mb: number): MemoryBound {
  if (unboundBecause !== '') return { join: '', peak: () => null, processes: () => [], remove: () => {} }
  const folder = join(ownGroup(), `asklake-${process.pid}-${Math.random().toString(36).slice(2)}`)
  mkdirSync(folder)
  const files = FILES.find(({ limit }) => existsSync(join(folder, limit)))
  if (files) writeFileSync(join(folder, files.limit), String(mb * 1024 * 1024))
  return {
    join: `echo $$ > '${folder}/cgroup.procs'`,
    peak: () =>
      files && existsSync(join(folder, files.peak)) ? Number(readFileSync(join(folder, files.peak), 'utf8')) : null,
    processes: () => readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number),
    remove: () => rmdirSync(folder),
  }
}

function whyUnbound(): string {
  const folder = join(ownGroup(), `asklake-probe-${process.pid}`)
  try {
    mkdirSync(folder)
  } catch (problem) {
    return (problem as Error).message
  }
  try {
    if (!FILES.some(({ limit }) => existsSync(join(folder, limit)))) return 'no memory controller in this group'
    const probe = spawnSync('sh', ['-c', `echo $$ > '${folder}/cgroup.procs'`], { encoding: 'utf8' })
    return probe.status === 0 ? '' : probe.stderr.trim()
  } finally {
    rmdirSync(folder)
  }
}

/** The folder of this process's own group: what runs below it stays below its bounds too. */
function ownGroup(): string {
  const lines = readFileSync('/proc/self/cgroup', 'utf8').split('\n')
  const memory = lines.find((line) => line.split(':')[1] === 'memory')?.split(':')[2]
  if (memory !== undefined) return join('/sys/fs/cgroup/memory', memory)
  return join('/sys/fs/cgroup', lines.find((line) => line.startsWith('0::'))?.slice(3) ?? '')
}

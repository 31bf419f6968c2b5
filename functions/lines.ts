import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { unwritable } from '../src/store/folder.ts'

/** Adds a line to a file. A last line that a killed process left half written is closed first, so that it spoils nothing but itself. Refuses `store-unavailable` when the disk is full or read-only. */
export async function addLine(path: string, line: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(path, 'a+')
    try {
      const { size } = await file.stat()
      const { buffer } = size === 0 ? { buffer: NEW_LINE } : await file.read(Buffer.alloc(1), 0, 1, size - 1)
      await file.appendFile(`${buffer.equals(NEW_LINE) ? '' : '\n'}${line}\n`)
    } finally {
      await file.close()
    }
  } catch (problem) {
    throw unwritable(problem)
  }
}

const NEW_LINE = Buffer.from('\n')

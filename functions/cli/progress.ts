import type { StepListener } from '../../src/step.ts'
import type { Terminal } from './terminal.ts'

/** The steps on one line of a terminal while an answer is made, with their times; gone when it is there. */
export interface Progress {
  listener: StepListener
  clear(): void
}

/** Progress on a stream; where nobody watches, nothing is written. */
export function showProgress(stream: { write(text: string): unknown }, terminal: Terminal): Progress {
  if (!terminal.watched) return { listener: () => {}, clear: () => {} }
  const done: string[] = []
  const running: string[] = []
  const draw = () => {
    const plain = [...done, ...running.map((step) => `${step} …`)].join(' · ')
    stream.write(`\r\u001b[K${terminal.paint('faint', plain.slice(-(terminal.columns - 1)))}`)
  }
  return {
    listener: ({ step, state, ms }) => {
      if (state === 'start') running.push(step)
      else {
        running.splice(running.indexOf(step), 1)
        done.push(`${step} ${Math.round(ms ?? 0)} ms`)
      }
      draw()
    },
    clear: () => void stream.write('\r\u001b[K'),
  }
}

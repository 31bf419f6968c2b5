import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkPrompts, type Prompts } from '../src/draft/large/prompt.ts'
import { Refusal } from '../src/refusal.ts'
import { packageRoot } from './root.ts'

/** A set of prompts by its folder's name in `prompts/`. Refuses `bad-setting` for one that is not there. */
export function readPrompts(name: string): Prompts {
  const folder = join(packageRoot(), 'prompts', name)
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(join(folder, 'system.md')))
    throw new Refusal('bad-setting', `llm_prompt is "${name}": there is no such folder in prompts/.`)
  const read = (file: string) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '')
  return checkPrompts({
    system: withoutLastBreak(read('system.md')),
    question: withoutLastBreak(read('question.md')),
    example: read('example.md'),
    repair: withoutLastBreak(read('repair.md')),
  })
}

function withoutLastBreak(text: string): string {
  return text.replace(/\n$/, '')
}

import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { type Answer, answer } from '../../src/answer.ts'
import { stateFolder } from '../../src/catalog/read.ts'
import { answerFollowUp } from '../../src/converse.ts'
import { toCsv } from '../../src/export/csv.ts'
import { chooseDataset, readQuestion } from '../../src/question.ts'
import { readSettings, type Settings } from '../../src/settings.ts'
import { type Deployment, openDeployment } from '../effects.ts'
import { fail } from './fail.ts'
import { onInterrupt } from './interrupt.ts'
import { presentAnswer } from './present.ts'
import { showProgress } from './progress.ts'
import { terminalOf } from './terminal.ts'

const HELP = `Ask a question. What begins with "+", or reads like a change ("only 2024", "by month", "as a pie"), follows up the answer before.
  :new             forget the answer before
  :dataset NAME    ask another dataset
  :sql             the SQL of the answer
  :csv FILE        its rows into a file
  :help, :quit     Ctrl-C cancels a question, Ctrl-D leaves
`

interface Chat {
  deployment: Deployment
  dataset: string | undefined
  previous: Answer | undefined
}

/** `asklake chat`: questions and follow-ups, line by line, with a history kept between sessions; ends with standard input. */
export async function runChat(args: string[]): Promise<number> {
  let deployment: Deployment | undefined
  try {
    const options = { data: { type: 'string' }, dataset: { type: 'string' } } as const
    const { values } = parseArgs({ args, options })
    const settings = readSettings({ ...process.env, ...(values.data ? { ASKLAKE_DATA: values.data } : {}) })
    deployment = await openDeployment(settings)
    const names = await deployment.effects.catalogs.names()
    const dataset = values.dataset === undefined ? undefined : chooseDataset(values.dataset, names)
    const chat: Chat = { deployment, dataset: names.length === 1 ? names[0] : dataset, previous: undefined }
    await converse(chat, settings)
    return 0
  } catch (thrown) {
    return fail(thrown)
  } finally {
    await deployment?.close()
  }
}

async function converse(chat: Chat, settings: Settings): Promise<void> {
  const history = join(stateFolder(settings), 'chat-history')
  const terminal = process.stdin.isTTY === true
  const lines = createInterface({
    input: process.stdin,
    ...(terminal ? { output: process.stdout } : {}),
    terminal,
    history: (await readHistory(history)).reverse(),
    historySize: HISTORY,
    prompt: 'ask> ',
  })
  lines.on('SIGINT', () => (lines.line === '' ? lines.close() : lines.write(null, { ctrl: true, name: 'u' })))
  if (terminal) process.stdout.write(HELP)
  lines.prompt()
  for await (const line of lines) {
    const text = line.trim()
    if (text === ':quit' || text === ':q') break
    if (text !== '') {
      await keepLine(history, text, settings)
      lines.pause()
      await say(text, chat).catch(fail)
      lines.resume()
    }
    lines.prompt()
  }
}

const HISTORY = 1000

async function readHistory(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text.split('\n').filter(Boolean).slice(-HISTORY)
}

/** What was asked of data may name people: the history is its owner's alone. */
async function keepLine(path: string, text: string, settings: Settings): Promise<void> {
  await mkdir(stateFolder(settings), { recursive: true })
  await appendFile(path, `${text}\n`, { mode: 0o600 })
}

async function say(text: string, chat: Chat): Promise<void> {
  const [, name = '', rest = ''] = /^:(\w+)\s*(.*)$/.exec(text) ?? []
  if (name === '') return ask(text, chat)
  const command = COMMANDS[name]
  if (command === undefined) process.stdout.write(`There is no :${name}.\n${HELP}`)
  else await command(chat, rest)
}

const COMMANDS: Record<string, (chat: Chat, rest: string) => void | Promise<void>> = {
  help: () => void process.stdout.write(HELP),
  new: (chat) => {
    chat.previous = undefined
  },
  dataset: async (chat, name) => {
    chat.dataset = chooseDataset(name, await chat.deployment.effects.catalogs.names())
    chat.previous = undefined
  },
  sql: ({ previous }) => void process.stdout.write(`${previous?.sql ?? 'There is no answer yet.'}\n`),
  csv: async ({ previous }, path) => {
    if (previous === undefined || path === '') process.stdout.write('Give a file: :csv rows.csv, after an answer.\n')
    else await writeFile(path, toCsv(previous))
  },
}

/** Words with which a change begins rather than a question. */
const CHANGE =
  /^(\+|and|but|only|just|now|then|also|same|instead|without|with|except|excluding|as|by|per|in|for|since|before|after|during|between|top|bottom|first|last|sort(ed)?|order(ed)?|limit|add|remove|drop|what about|how about|make it|split|group(ed)?)\b|^\+/i

async function ask(text: string, chat: Chat): Promise<void> {
  const { effects, answers } = chat.deployment
  const { previous } = chat
  const words = text.replace(/^\+\s*/, '')
  const asked = { question: words, dataset: chat.dataset }
  const question = readQuestion(asked, await effects.catalogs.names(), effects.settings)
  const interrupt = onInterrupt()
  const progress = showProgress(process.stderr, terminalOf(process.stderr, process.env))
  const asking = { signal: interrupt.signal, listener: progress.listener }
  try {
    const follows = previous !== undefined && CHANGE.test(text)
    const made = await interrupt.race(
      follows ? answerFollowUp({ previous, question }, effects, asking) : answer(question, effects, asking),
    )
    await answers.put(made)
    chat.previous = made
    progress.clear()
    process.stdout.write(presentAnswer(made, terminalOf(process.stdout, process.env)))
  } finally {
    progress.clear()
    interrupt.end()
  }
}

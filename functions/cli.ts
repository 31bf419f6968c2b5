#!/usr/bin/env node
import { runAsk } from './cli/ask.ts'
import { runChat } from './cli/chat.ts'
import { runCompletion } from './cli/completion.ts'
import { runEval } from './cli/eval.ts'
import { runKeys } from './cli/keys.ts'
import { runModel } from './cli/model.ts'
import { runServe } from './cli/serve.ts'
import { runSlack } from './cli/slack.ts'
import { runTest } from './cli/test.ts'

const HELP = `asklake: ask questions of files

  asklake ask "QUESTION" [options]   answer one question; cat data.csv | asklake ask "…" asks what is piped in
  asklake chat [options]             questions and follow-ups, line by line
  asklake serve                      the HTTP API and the page, on PORT (default 8787)
  asklake model serve                a language model over HTTP: asklake model --help
  asklake keys add|list|revoke       who may ask the server: asklake keys --help
  asklake eval [DATASET …]           ask every question of cases.yaml and compare with the expected rows
  asklake test [DATASET …]            run every verified question again and tell what has become of it (--export FILE: as cases.yaml)
  asklake slack manifest --url URL   the manifest for Slack's "create an app" page (--link: that page)
  asklake completion bash|zsh|fish   completion for the shell

Options of ask, chat and eval
  --data DIR        folder or s3://bucket/prefix whose sub-folders are datasets (default: the examples)
  --dataset NAME    the dataset; not needed when there is one
Options of ask
  --sql "SELECT …"  run this SQL instead of a question
  --chart KIND      chart kind wanted (bar, line, pie, …)
  --limit N         most rows
  --json, --csv     print the answer as JSON or CSV
  --png FILE        write the chart as a PNG

Exit codes: 0 answered, 1 refused, 2 wrong usage, 3 internal error, 130 interrupted by Ctrl-C. NO_COLOR and FORCE_COLOR are
heeded. Settings: docs/settings.md.
`

const COMMANDS: Record<string, (args: string[]) => Promise<number>> = {
  ask: runAsk,
  chat: runChat,
  serve: runServe,
  model: runModel,
  keys: runKeys,
  eval: runEval,
  test: runTest,
  slack: runSlack,
  completion: runCompletion,
}

// A reader that has read enough, such as head, closes the pipe: nothing is left to do.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

const [name = 'help', ...args] = process.argv.slice(2)
const command = COMMANDS[name]
if (command === undefined) {
  const asked = name === 'help' || name === '--help' || name === '-h'
  ;(asked ? process.stdout : process.stderr).write(asked ? HELP : `asklake: there is no command "${name}"\n\n${HELP}`)
  process.exitCode = asked ? 0 : 2
} else {
  process.exitCode = await command(args)
}

import { CHART_KINDS } from '../../src/chart/wish.ts'

/** Every command with its options, and what may stand behind an option: nothing, anything, a file, a folder, or one of these words. */
export const COMPLETED: Record<string, Record<string, '' | 'text' | 'file' | 'folder' | readonly string[]>> = {
  ask: {
    '--data': 'folder',
    '--dataset': 'text',
    '--sql': 'text',
    '--chart': CHART_KINDS,
    '--limit': 'text',
    '--json': '',
    '--csv': '',
    '--png': 'file',
  },
  chat: { '--data': 'folder', '--dataset': 'text' },
  serve: {},
  model: {},
  keys: {},
  eval: { '--data': 'folder' },
  test: { '--data': 'folder', '--export': 'file' },
  slack: { '--url': 'text', '--link': '' },
  completion: {},
}

/** Words that may follow a command. */
const WORDS: Record<string, readonly string[]> = {
  completion: ['bash', 'zsh', 'fish'],
  slack: ['manifest'],
  keys: ['add', 'list', 'revoke'],
  model: ['serve'],
}

/** `asklake completion bash|zsh|fish`: a script for the shell. */
export async function runCompletion([shell = '']: string[]): Promise<number> {
  const write = SHELLS[shell]
  if (write === undefined) {
    process.stderr.write('asklake completion bash|zsh|fish\n')
    return 2
  }
  process.stdout.write(write())
  return 0
}

const SHELLS: Record<string, () => string> = { bash: bashScript, zsh: zshScript, fish: fishScript }

const commands = Object.keys(COMPLETED)

function bashScript(): string {
  const behind = Object.entries(COMPLETED).flatMap(([command, options]) =>
    Object.entries(options).flatMap(([option, value]) => bashBehind(`${command} ${option}`, value)),
  )
  const within = Object.entries(COMPLETED).map(([command, options]) => {
    const words = [...(WORDS[command] ?? []), ...Object.keys(options)].join(' ')
    return `    ${command}) COMPREPLY=($(compgen -W '${words}' -- "$current")) ;;`
  })
  return `# eval "$(asklake completion bash)"
_asklake() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W '${commands.join(' ')}' -- "$current")); return; fi
  case "$command $before" in
${behind.join('\n')}
  esac
  case "$command" in
${within.join('\n')}
  esac
}
complete -F _asklake asklake
`
}

function bashBehind(place: string, value: '' | 'text' | 'file' | 'folder' | readonly string[]): string[] {
  const found = (how: string) => [`    '${place}') COMPREPLY=($(compgen ${how} -- "$current")); return ;;`]
  if (value === '') return []
  if (value === 'text') return [`    '${place}') return ;;`]
  if (value === 'file') return found('-f')
  return value === 'folder' ? found('-d') : found(`-W '${value.join(' ')}'`)
}

/** zsh runs bash's script by its own bashcompinit. */
function zshScript(): string {
  return `# eval "$(asklake completion zsh)"
autoload -U +X compinit && compinit
autoload -U +X bashcompinit && bashcompinit
${bashScript()}`
}

function fishScript(): string {
  const first = `complete -c asklake -f -n __fish_use_subcommand -a '${commands.join(' ')}'`
  const rest = Object.entries(COMPLETED).flatMap(([command, options]) => {
    const here = `complete -c asklake -n '__fish_seen_subcommand_from ${command}'`
    const words = WORDS[command] === undefined ? [] : [`${here} -f -a '${WORDS[command].join(' ')}'`]
    return [
      ...words,
      ...Object.entries(options).map(([option, value]) => `${here} -l ${option.slice(2)}${fishValue(value)}`),
    ]
  })
  return `# asklake completion fish | source\n${[first, ...rest].join('\n')}\n`
}

function fishValue(value: '' | 'text' | 'file' | 'folder' | readonly string[]): string {
  if (value === '') return ' -f'
  if (value === 'text') return ' -x'
  if (value === 'file') return ' -r -F'
  return value === 'folder' ? " -x -a '(__fish_complete_directories)'" : ` -x -a '${value.join(' ')}'`
}

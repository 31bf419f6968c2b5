import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const place = mkdtempSync(join(tmpdir(), 'asklake-completion-'))
after(() => rmSync(place, { recursive: true, force: true }))

/** How each shell starts without anybody's settings, and an `asklake` in it that says what it was given. */
const SHELLS = {
  bash: { start: 'bash --norc --noprofile -i', told: `asklake() { printf '<%s>' "$@"; echo; }` },
  // zsh takes a tab for a tab, not for a wish to complete, while more keys wait.
  zsh: {
    start: 'zsh -f -i',
    told: `asklake() { printf '<%s>' "$@"; echo; }; zstyle ':completion:*' insert-tab false`,
  },
  fish: { start: 'fish --no-config -i', told: `function asklake; printf '<%s>' $argv; echo; end` },
}

const TYPED: [keys: string, given: RegExp][] = [
  ['asklake ch\t', /<chat>/],
  ['asklake ask --cs\t', /<ask><--csv>/],
  ['asklake ask --chart pi\t', /<--chart><pie>/],
  ['asklake completion z\t', /<completion><zsh>/],
  ['asklake ask --data exam\t', /<--data><examples\/?>/],
]

for (const [shell, { start, told }] of Object.entries(SHELLS)) {
  const missing = [shell, 'script'].find((program) => spawnSync(program, ['--version']).error)
  test(`the tab key in ${shell}`, { skip: missing ? `needs ${missing}` : false }, async () => {
    const script = join(place, shell)
    writeFileSync(script, printed(shell))
    const child = spawn('script', ['-qfc', start, '/dev/null'], {
      env: { ...process.env, TERM: 'xterm', HOME: place, XDG_CONFIG_HOME: place, XDG_DATA_HOME: place },
    })
    try {
      await typed(child, `${told}\nsource ${script}\necho READ''Y`, /READY/)
      for (const [keys, given] of TYPED) await typed(child, keys, given)
    } finally {
      child.kill('SIGKILL')
    }
  })
}

/** What `asklake completion` prints. */
function printed(shell: string): string {
  const program = `import { runCompletion } from './functions/cli/completion.ts'; await runCompletion(['${shell}'])`
  return execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], { encoding: 'utf8' })
}

/** Types the keys and Enter, and waits until the shell has printed what is expected. */
function typed({ stdin, stdout }: ChildProcess, keys: string, expected: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let out = ''
    const late = setTimeout(() => reject(new assert.AssertionError({ message: `${keys} gave ${out}` })), 60_000)
    const hear = (part: Buffer) => {
      out += part
      if (!expected.test(out)) return
      clearTimeout(late)
      stdout?.removeListener('data', hear)
      resolve()
    }
    stdout?.on('data', hear)
    stdin?.write(`${keys}\n`)
  })
}

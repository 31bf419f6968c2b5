import { spawn } from 'node:child_process'
import { SECRET } from './requests.ts'
import type { Workspace } from './workspace.ts'

/** A server that the workspace's requests reach, and an end as sudden as a power cut. */
export interface Killable {
  /** Where Slack sends its requests. */
  url: string
  kill(): Promise<void>
}

/** `asklake serve` over the examples as a process of its own, with state in `state`; `entry` is what Node runs, from source or built. */
export async function serveSlack(
  entry: string[],
  workspace: Workspace,
  state: string,
  env: Record<string, string> = {},
): Promise<Killable> {
  const child = spawn(process.execPath, [...entry, 'serve'], {
    env: {
      ...process.env,
      PORT: '0',
      ASKLAKE_DATA: 'examples',
      ASKLAKE_STATE_DIR: state,
      ASKLAKE_SLACK_DATASET: 'northwind',
      ASKLAKE_SLACK_SIGNING_SECRET: SECRET,
      ASKLAKE_SLACK_BOT_TOKEN: workspace.token,
      ASKLAKE_SLACK_API_URL: `${workspace.address}/api/`,
      ASKLAKE_SLACK_HOOKS_ORIGIN: workspace.address,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const address = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (part) => {
      text += part
      const found = /http:\S+/.exec(text)?.[0]
      if (found !== undefined) resolve(found)
    })
    void exited.then((code) => reject(new Error(`the server ended with ${code}`)))
  })
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  return { url: `${address}/slack/events`, kill }
}

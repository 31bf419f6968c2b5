import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { freePort } from './port.ts'

/** The built program, serving the examples. */
export interface Served {
  address: string
  close(): Promise<void>
}

/** Starts the built program on a free port with a state folder of its own. */
export async function serve(env: Record<string, string> = {}): Promise<Served> {
  mkdirSync('.cache/screens', { recursive: true })
  const state = mkdtempSync(join(tmpdir(), 'asklake-browser-'))
  const port = await freePort()
  const server = spawn(process.execPath, ['dist/cli.js', 'serve'], {
    env: { ...process.env, PORT: String(port), ASKLAKE_STATE_DIR: state, ...env },
    stdio: ['ignore', 'pipe', openSync('.cache/screens/server.log', 'w')],
  })
  await new Promise<void>((resolve, reject) => {
    server.stdout?.once('data', () => resolve())
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
  })
  server.stdout?.resume()
  return {
    address: `http://127.0.0.1:${port}`,
    close: async () => {
      await ended(server)
      rmSync(state, { recursive: true, force: true })
    },
  }
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return
  const end = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGTERM')
  await end
}

/** What a page may take on a machine that does much else besides. */
const PATIENCE_MS = 180_000

/** Debian's Chromium, or the one that CHROMIUM names; its pages are waited for patiently. */
export async function openChromium(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    timeout: PATIENCE_MS,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'], // biome-ignore format: a list
  })
  const newContext = browser.newContext.bind(browser)
  browser.newContext = async (options) => {
    const context = await newContext(options)
    context.setDefaultTimeout(PATIENCE_MS)
    return context
  }
  return browser
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Answer } from '../../src/answer.ts'

/** An answer or a problem: readers look at the fields of the one they expect. */
export type Body = Answer & { code: string }

/** A response whose JSON is such a body. */
export interface Reply extends Omit<Response, 'json'> {
  json(): Promise<Body>
}

/** A server in a process of its own, as people run it. */
export interface Running {
  child: ChildProcess
  url: string
  /** What it said to the operator so far. */
  told(): string
  /** Its exit code or signal. */
  ended: Promise<number | string>
  post(path: string, body: object): Promise<Reply>
}

export function newState(): string {
  return mkdtempSync(join(tmpdir(), 'asklake-fault-'))
}

/** Starts `asklake serve` over the examples with the state folder; `limits` are words of the shell before it, such as `ulimit -f 0;`. */
export async function startServer(state: string, env: Record<string, string> = {}, limits = ''): Promise<Running> {
  const command = [process.execPath, '--import', 'tsx', 'functions/cli.ts', 'serve']
  const child = spawn('/bin/sh', ['-c', `${limits} exec "$@"`, 'sh', ...command], {
    env: { ...process.env, PORT: '0', ASKLAKE_DATA: 'examples', ASKLAKE_STATE_DIR: state, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let told = ''
  child.stderr?.on('data', (data: Buffer) => {
    told += data.toString()
  })
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string)
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stdout?.on('data', (data: Buffer) => {
      said += data.toString()
      const address = /http:\/\/\S+/.exec(said)?.[0]
      if (address !== undefined) resolve(address)
    })
    ended.then((how) => reject(new Error(`the server ended (${how}): ${told}`)))
  })
  const headers = { 'content-type': 'application/json' }
  const post = (path: string, body: object) =>
    fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }) as Promise<Reply>
  return { child, url, told: () => told, ended, post }
}

/** An ordinary question about the examples. */
export const QUESTION = { dataset: 'northwind', question: 'average freight by ship country' }

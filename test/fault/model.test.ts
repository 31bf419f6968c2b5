import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import type { Deployment } from '../../functions/effects.ts'
import { openDeployment } from '../../functions/effects.ts'
import { answer } from '../../src/answer.ts'
import { readQuestion } from '../../src/question.ts'
import { readSettings } from '../../src/settings.ts'
import { newState } from './running.ts'

/** Threads that were sent something, in order; the next one dies of it when `doomed`. */
const threads: Worker[] = []
let doomed = false
const post = Worker.prototype.postMessage
let deployment: Deployment

before(async () => {
  Worker.prototype.postMessage = function (this: Worker, ...args: Parameters<typeof post>) {
    if (!threads.includes(this)) threads.push(this)
    // Ended before it reads what it was sent: a thread that is ended while onnxruntime computes takes the process along.
    if (doomed) void this.terminate()
    doomed = false
    post.apply(this, args)
  }
  deployment = await openDeployment(
    readSettings({ ASKLAKE_DATA: 'examples', ASKLAKE_STATE_DIR: join(newState(), 'state') }),
  )
})
after(async () => {
  Worker.prototype.postMessage = post
  await deployment.close()
})

function ask(text: string) {
  const { effects } = deployment
  return answer(readQuestion({ question: text, dataset: 'northwind' }, ['northwind'], effects.settings), effects)
}

test('a model thread that dies in mid-draft costs no answer', async () => {
  assert.ok((await ask('average freight by ship country')).row_count > 10)
  doomed = true
  assert.ok((await ask('total freight by ship city')).row_count > 10)
  assert.equal(doomed, false)
  assert.ok((await ask('number of orders by employee')).row_count > 3)
})

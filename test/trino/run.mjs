// Starts a real Trino server of one node by Maven and Java 17 or newer, runs the tests of this folder against it, and ends
// it. Left out, with the reason, where Java, Maven or Trino's packages are not to be had.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const here = resolve('test/trino')
const work = resolve('.cache/trino')
const classes = `${work}/classpath.txt`

function leaveOut(why) {
  console.log(`left out: ${why}`)
  process.exit(0)
}

/** What a program says, or the reason why it cannot. */
function said(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', timeout: 600_000 })
  if (status !== 0) leaveOut(`${program} ${args[0]}: ${error?.message ?? `${stdout}${stderr}`.trim().slice(-300)}`)
}

mkdirSync(work, { recursive: true })
said('javac', ['-version'])
const pom = ['-q', '-B', '-f', `${here}/pom.xml`]
said('mvn', [...pom, 'dependency:build-classpath', `-Dmdep.outputFile=${classes}`])
const path = readFileSync(classes, 'utf8').trim()
said('javac', ['-cp', path, '-d', work, `${here}/Host.java`])

const memory = ['-Xmx900m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
const server = spawn('java', [...memory, '-cp', `${path}:${work}`, 'Host'], { stdio: ['pipe', 'pipe', 'pipe'] })
let log = ''
const address = await new Promise((done, fail) => {
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', (data) => {
      log = (log + data).slice(-20_000)
      const found = /ADDRESS (http:\S+)/.exec(log)
      if (found) done(found[1])
    })
  server.once('exit', (code) => fail(new Error(`Trino ended with ${code}: ${log}`)))
})
const env = { ...process.env, TRINO_TEST_URL: address }
const tests = spawn(process.execPath, ['test/run.mjs', 'test/trino'], { env, stdio: 'inherit' })
const status = await new Promise((done) => tests.once('exit', (code) => done(code ?? 1)))
server.kill('SIGKILL')
process.exit(status)

// Pulls the weights from ASKLAKE_MODEL_WEIGHTS (s3://bucket/folder with a SHA256SUMS file) to ASKLAKE_WEIGHTS_DIR, checks every
// one, and becomes the model server. A file that is there and right already is not pulled again.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'

const [, Bucket, folder] = /^s3:\/\/([^/]+)\/(.+?)\/?$/.exec(process.env.ASKLAKE_MODEL_WEIGHTS ?? '') ?? []
if (Bucket === undefined) throw new Error('ASKLAKE_MODEL_WEIGHTS is no s3://bucket/folder')
const target = process.env.ASKLAKE_WEIGHTS_DIR ?? '/weights'
const endpoint = process.env.ASKLAKE_S3_ENDPOINT
const client = new S3Client(endpoint ? { endpoint, forcePathStyle: true } : {})
const open = async (name) => (await client.send(new GetObjectCommand({ Bucket, Key: `${folder}/${name}` }))).Body

async function sumOf(path) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

async function pull([sum, name]) {
  const path = join(target, name)
  if (normalize(name).startsWith('..')) throw new Error(`${name} leaves the folder`)
  if (existsSync(path) && (await sumOf(path)) === sum) return 'kept'
  await mkdir(dirname(path), { recursive: true })
  await pipeline(await open(name), createWriteStream(`${path}.part`))
  if ((await sumOf(`${path}.part`)) !== sum) throw new Error(`${name} is not what SHA256SUMS says`)
  await rename(`${path}.part`, path)
  return 'pulled'
}

const sums = await (await open('SHA256SUMS')).transformToString()
const files = [...sums.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm)].map(([, sum, name]) => [sum, name])
for (const file of files) console.log(`${await pull(file)} ${file[1]}`)
if (!process.argv.includes('--pull')) {
  const server = spawn('node', ['dist/cli.js', 'model', 'serve', '--weights', target], { stdio: 'inherit' })
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => server.kill(signal))
  server.on('exit', (code) => process.exit(code ?? 1))
}

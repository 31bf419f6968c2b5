import type { Settings } from '../settings.ts'

/** Statements by which a DuckDB reads a bucket's objects where they lie, with the credentials of this moment. Run before it is locked. */
export type Reach = () => Promise<string[]>

type Place = Pick<Settings, 'data' | 'httpfs' | 'httpfs_min_mb' | 's3_endpoint' | 's3_region' | 's3_path_style'>

/** How DuckDB reaches the bucket of setting `data`; undefined where the files lie in a folder or setting `httpfs` is empty. */
export function openReach(place: Place): Reach | undefined {
  const [, bucket] = /^s3:\/\/([^/]+)/.exec(place.data) ?? []
  if (bucket === undefined || place.httpfs === '') return undefined
  let client: Promise<{ credentials(): Promise<Credentials>; region(): Promise<string> }> | undefined
  return async () => {
    client ??= import('@aws-sdk/client-s3').then((aws) => {
      const region = place.s3_region === '' ? {} : { region: place.s3_region }
      return new aws.S3Client(region).config
    })
    const { credentials, region } = await client
    return [`LOAD ${quoted(place.httpfs)}`, secretOf(bucket, await credentials(), await region(), place)]
  }
}

/** Whether a file is read where it lies instead of from a local copy. */
export function isRemote(path: string): boolean {
  return path.startsWith('s3://')
}

/** Whether an object is worth it: Parquet tells where its columns lie, other files are read whole. */
export function isReached({ path, bytes }: { path: string; bytes: number }, { httpfs, httpfs_min_mb }: Place): boolean {
  return httpfs !== '' && /\.(parquet|pq|parq)$/i.test(path) && bytes >= httpfs_min_mb * 2 ** 20
}

interface Credentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

/** A secret in the memory of one DuckDB, for this bucket alone. */
function secretOf(bucket: string, credentials: Credentials, region: string, place: Place): string {
  const facts: [name: string, value: string][] = [
    ['KEY_ID', credentials.accessKeyId],
    ['SECRET', credentials.secretAccessKey],
    ['REGION', region],
    ['SCOPE', `s3://${bucket}`],
    ...(credentials.sessionToken ? [['SESSION_TOKEN', credentials.sessionToken] as [string, string]] : []),
    ...(place.s3_endpoint === '' ? [] : [['ENDPOINT', new URL(place.s3_endpoint).host] as [string, string]]),
    ...(place.s3_path_style ? [['URL_STYLE', 'path'] as [string, string]] : []),
  ]
  const plain = place.s3_endpoint.startsWith('http:') ? ', USE_SSL false' : ''
  const text = facts.map(([name, value]) => `${name} ${quoted(value)}`).join(', ')
  return `CREATE OR REPLACE SECRET lake (TYPE s3, ${text}${plain})`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

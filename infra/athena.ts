import { lake, state } from './storage.ts'

/** Bytes one query may scan before Athena ends it: half a dollar. */
const SCANNED_MAX = 100 * 1024 ** 3

/** What a function needs to ask Athena for large datasets; nothing at all unless ASKLAKE_ATHENA is `true`. */
export const athena = process.env['ASKLAKE_ATHENA'] === 'true' ? createAthena() : { environment: {}, permissions: [] }

/** A workgroup of our own, which decides where results go and what a query may cost; databases are made by the first question. */
function createAthena() {
  const name = `${$app.name}-${$app.stage}`
  const workgroup = new aws.athena.Workgroup('Athena', {
    name,
    forceDestroy: true,
    configuration: {
      enforceWorkgroupConfiguration: true,
      bytesScannedCutoffPerQuery: SCANNED_MAX,
      resultConfiguration: {
        outputLocation: $interpolate`s3://${state.name}/asklake/athena/`,
        encryptionConfiguration: { encryptionOption: 'SSE_S3' },
      },
    },
  })
  const calls = ['StartQueryExecution', 'StopQueryExecution', 'GetQueryExecution', 'GetQueryResults']
  const tables = [
    'GetDatabase',
    'GetDatabases',
    'CreateDatabase',
    'GetTable',
    'GetTables',
    'CreateTable',
    'GetPartitions',
  ]
  const parts = ['catalog', 'database/default', 'database/asklake_*', 'table/asklake_*/*']
  return {
    environment: { ASKLAKE_ATHENA_WORKGROUP: name },
    permissions: [
      { actions: calls.map((call) => `athena:${call}`), resources: [workgroup.arn] },
      { actions: tables.map((call) => `glue:${call}`), resources: parts.map((part) => `arn:aws:glue:*:*:${part}`) },
      { actions: ['s3:GetBucketLocation'], resources: [lake.arn, state.arn] },
    ],
  }
}

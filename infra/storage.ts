import { existsSync } from 'node:fs'

const DAYS_OF_ANSWERS = 30
const DAYS_OF_PLANS = 180
const DAYS_OF_AUDIT = 400

/** The files people ask about, one dataset per folder below `data/`; an overwritten file can be had back for a month. */
export const lake = new sst.aws.Bucket('Lake', {
  cors: false,
  versioning: true,
  lifecycle: [{ id: 'old-versions', prefix: '' }],
  transform: {
    lifecycle: (args) => {
      args.rules = [expiry('old-versions', '', { noncurrentVersionExpiration: { noncurrentDays: 30 } })]
    },
  },
})

/** What environments share: plans, answers, catalogs, keys, audit, feedback. Of these keys, audit and feedback cannot be made again. */
export const state = new sst.aws.Bucket('State', {
  cors: false,
  lifecycle: [{ id: 'answers', prefix: 'asklake/answers/' }],
  transform: {
    lifecycle: (args) => {
      args.rules = [
        expiry('answers', 'asklake/answers/', { expiration: { days: DAYS_OF_ANSWERS } }),
        expiry('athena', 'asklake/athena/', { expiration: { days: 1 } }),
        expiry('leases', 'asklake/leases/', { expiration: { days: 1 } }),
        expiry('audit', 'asklake/audit/', { expiration: { days: DAYS_OF_AUDIT } }),
        expiry('plans', 'asklake/plans/', { expiration: { days: DAYS_OF_PLANS } }),
      ]
    },
  },
})

function expiry(id: string, prefix: string, rule: object) {
  return {
    id,
    status: 'Enabled',
    filter: { prefix },
    abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
    ...rule,
  }
}

/** Everything in a bucket is encrypted, whoever writes it. */
export function encrypted(name: string, bucket: sst.aws.Bucket): void {
  new aws.s3.BucketServerSideEncryptionConfiguration(`${name}Encryption`, {
    bucket: bucket.name,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
  })
}

encrypted('Lake', lake)
encrypted('State', state)

/** Settings and rights of a function that reads the data and shares the state. */
export const reading = {
  environment: {
    ASKLAKE_DATA: $interpolate`s3://${lake.name}/data`,
    ASKLAKE_SHARED: $interpolate`s3://${state.name}/asklake`,
    ASKLAKE_KEYS: $interpolate`s3://${state.name}/asklake/keys.yaml`,
    ASKLAKE_AUDIT: $interpolate`s3://${state.name}/asklake/audit`,
    ASKLAKE_S3_MIRROR_MB: '3000',
    ASKLAKE_QUERY_PROCESSES: '1',
    ...(existsSync('dist/lambda/api/httpfs.duckdb_extension')
      ? { ASKLAKE_HTTPFS: '/var/task/httpfs.duckdb_extension' }
      : {}),
  },
  permissions: [
    { actions: ['s3:ListBucket'], resources: [lake.arn, state.arn] },
    { actions: ['s3:GetObject'], resources: [$interpolate`${lake.arn}/data/*`] },
    { actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], resources: [$interpolate`${state.arn}/asklake/*`] },
  ],
}

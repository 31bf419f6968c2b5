import type { AthenaClient } from '@aws-sdk/client-athena'
import type { AthenaCalls } from '../src/execute/athena.ts'
import { Refusal } from '../src/refusal.ts'
import type { Settings } from '../src/settings.ts'

type Place = Pick<Settings, 'athena_workgroup' | 'athena_endpoint' | 's3_region'>

/** Athena by the AWS client, which is loaded at the first call; the workgroup says where results go and what a query may read. */
export function athenaCalls({ athena_workgroup, athena_endpoint, s3_region }: Place): AthenaCalls {
  let loaded: Promise<{ aws: typeof import('@aws-sdk/client-athena'); client: AthenaClient }> | undefined
  const athena = () => {
    loaded ??= import('@aws-sdk/client-athena').then((aws) => {
      const region = s3_region === '' ? {} : { region: s3_region }
      const endpoint = athena_endpoint === '' ? {} : { endpoint: athena_endpoint }
      return { aws, client: new aws.AthenaClient({ ...region, ...endpoint }) }
    })
    return loaded
  }
  return {
    start: (sql, database) =>
      asked(async () => {
        const { aws, client } = await athena()
        const place = { Catalog: 'AwsDataCatalog', Database: database }
        const request = { QueryString: sql, WorkGroup: athena_workgroup, QueryExecutionContext: place }
        return (await client.send(new aws.StartQueryExecutionCommand(request))).QueryExecutionId ?? ''
      }),
    state: (id) =>
      asked(async () => {
        const { aws, client } = await athena()
        const { QueryExecution } = await client.send(new aws.GetQueryExecutionCommand({ QueryExecutionId: id }))
        const { State = 'FAILED', StateChangeReason: reason = '' } = QueryExecution?.Status ?? {}
        return { state: State, reason }
      }),
    results: (id, token) =>
      asked(async () => {
        const { aws, client } = await athena()
        const page = token === undefined ? {} : { NextToken: token }
        const found = await client.send(new aws.GetQueryResultsCommand({ QueryExecutionId: id, ...page }))
        const { Rows: rows = [], ResultSetMetadata: facts } = found.ResultSet ?? {}
        return {
          types: (facts?.ColumnInfo ?? []).map(({ Type = '' }) => Type),
          rows: rows.map(({ Data = [] }) => Data.map(({ VarCharValue }) => VarCharValue ?? null)),
          ...(found.NextToken === undefined ? {} : { token: found.NextToken }),
        }
      }),
    stop: (id) =>
      asked(async () => {
        const { aws, client } = await athena()
        await client.send(new aws.StopQueryExecutionCommand({ QueryExecutionId: id }))
      }),
  }
}

/** What AWS refuses is the operator's: rights, a workgroup, a limit. */
async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (problem) {
    const { name } = problem as Error
    throw new Refusal('engine-unavailable', `Athena answered ${name}.`)
  }
}

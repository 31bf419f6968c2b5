// What a program of its own does with the client, the same in Node and in Deno: arguments are where the client is and the server's address.
const [client = '', url = ''] = (globalThis as { Deno?: { args: string[] } }).Deno?.args ?? process.argv.slice(2)
const { AsklakeError, connect } = (await import(client)) as typeof import('../client.ts')

const lake = connect({ url })
const steps: string[] = []
const answer = await lake.sql('SELECT ShipCountry, count(*) AS orders FROM Orders GROUP BY 1 ORDER BY 2 DESC, 1', {
  dataset: 'northwind',
  onStep: (step) => steps.push(step),
})
must(answer.objects()[0]?.['orders'] === 122, 'the rows as objects')
must(steps.includes('execute'), 'the steps as they begin')
const top = await answer.edit([{ slot: 'limit', do: 'set', limit: 5 }])
must(top.rows.length === 5, 'a changed plan')
must(JSON.stringify((await answer.ask('as a pie')).chart).includes('"arc"'), 'a follow-up')
must(new TextDecoder().decode((await answer.file('parquet')).slice(0, 4)) === 'PAR1', 'a file')
const refused = await lake.dataset('nowhere').catch((thrown: unknown) => thrown)
must(refused instanceof AsklakeError && refused.code === 'dataset-unknown', 'a refusal')
const left = lake.sql('SELECT 1', { dataset: 'northwind', signal: AbortSignal.abort() })
must((await left.catch((thrown: Error) => thrown.name)) === 'AbortError', 'an asker who leaves')
const offline = await connect({ url: 'http://127.0.0.1:9' })
  .datasets()
  .catch((thrown: unknown) => thrown)
must(offline instanceof AsklakeError && offline.code === 'offline', 'a server that is away')

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not as told: ${what}`)
}

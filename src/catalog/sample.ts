import type { Session } from './session.ts'

/** Temporary table that holds the raw rows of the file being read. */
export const RAW_ROWS = 'raw_rows'

/** Whether files of this size are loaded whole. */
export function isWhole(bytes: number, session: Session): boolean {
  return bytes <= session.settings.catalog_full_mb * 1024 * 1024
}

/** Loads a SELECT into RAW_ROWS in one pass over its files: all rows, or a random sample of large files. */
export async function loadRows(select: string, bytes: number, session: Session): Promise<void> {
  const size = session.settings.catalog_sample_rows
  const sample = isWhole(bytes, session) ? '' : ` USING SAMPLE reservoir(${size} ROWS) REPEATABLE (1)`
  await session.reader.rows(`CREATE OR REPLACE TEMP TABLE ${RAW_ROWS} AS SELECT * FROM (${select})${sample}`)
}

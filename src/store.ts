import { join } from 'node:path'
import type { Settings } from './settings.ts'
import { awsObjects } from './store/aws.ts'
import { folderStore } from './store/folder.ts'
import { isReached } from './store/reach.ts'
import { objectStore } from './store/s3.ts'

/** One file of a store: `path` is relative with `/`, `version` changes whenever the content does (ETag, or size and time). */
export interface StoredFile {
  path: string
  bytes: number
  version: string
}

export interface StoredObject {
  body: Uint8Array
  version: string
}

/** A condition on a write: the object must be absent, or still be at a version. */
export type PutCondition = { absent: true } | { version: string }

/** Where files lie: a local folder or an S3 prefix. Paths are relative to its root and never leave it. */
export interface Store {
  /** Last part of the root's path: the name of the dataset when files lie in the root itself. */
  readonly name: string
  /** Every file under a folder path (`''` = all), sorted by path; hidden files and folders are left out. */
  list(folder: string): Promise<StoredFile[]>
  /** The `s3://bucket/key` that others reach a file by; absent where files lie in a folder. */
  address?(path: string): string
  /** Local absolute paths holding exactly those versions, in order; addresses of objects that are read where they lie (setting `httpfs`), as they are now. Refuses `file-changed` when one has changed or gone. */
  fetch(files: StoredFile[]): Promise<string[]>
  /** An object's bytes and version, or null when there is none. */
  get(path: string): Promise<StoredObject | null>
  /** Writes whole or not at all; returns the new version, or null when the condition does not hold. */
  put(path: string, body: Uint8Array, condition?: PutCondition): Promise<string | null>
  /** Removes an object; removing an absent one is no error. */
  remove(path: string): Promise<void>
}

/** A local folder as a store. */
export function openFolder(root: string): Store {
  return folderStore(root)
}

/** The store of a root as setting `data` names it: a folder's path or `s3://bucket/prefix`, mirrored below `stateDir`. */
export async function openStore(root: string, settings: Settings, stateDir: string): Promise<Store> {
  const url = /^s3:\/\/([^/]+)\/?(.*)$/.exec(root)
  if (url === null) return folderStore(root)
  const [, bucket = '', prefix = ''] = url
  const place = {
    bucket,
    region: settings.s3_region,
    endpoint: settings.s3_endpoint,
    path_style: settings.s3_path_style,
    timeout_ms: settings.s3_timeout_ms,
  }
  const limits = {
    max_bytes: settings.s3_mirror_mb * MB,
    parallel: settings.s3_parallel,
    part_bytes: settings.s3_part_mb * MB,
  }
  const mirror = { folder: join(stateDir, 'mirror', bucket), limits }
  const isFar = (file: StoredFile) => root === settings.data && isReached(file, settings)
  return objectStore(await awsObjects(place), { bucket, prefix, isFar }, mirror)
}

const MB = 1024 * 1024

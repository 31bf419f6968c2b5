import { folderStore } from './store/folder.ts'

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
  /** Local absolute paths holding exactly those versions, in order. Refuses `file-changed` when one has changed or gone. */
  fetch(files: StoredFile[]): Promise<string[]>
  /** An object's bytes and version, or null when there is none. */
  get(path: string): Promise<StoredObject | null>
  /** Writes whole or not at all; returns the new version, or null when the condition does not hold. */
  put(path: string, body: Uint8Array, condition?: PutCondition): Promise<string | null>
  /** Removes an object; removing an absent one is no error. */
  remove(path: string): Promise<void>
}

/** The store of a root given as in setting `data`: a folder path here; `s3://bucket/prefix` is opened by `openS3Store`. */
export function openFolder(root: string): Store {
  return folderStore(root)
}

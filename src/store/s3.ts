import type { PutCondition, Store, StoredFile } from '../store.ts'
import { type Mirror, type MirrorLimits, openMirror } from './mirror.ts'
import type { Objects } from './objects.ts'
import { insidePath, isHidden } from './path.ts'

export interface BucketPlace {
  bucket: string
  prefix: string
  /** Whether an object is read where it lies instead of from a copy. */
  isFar(file: StoredFile): boolean
}

/** A store over a prefix of a bucket, its files mirrored to `folder`; a version is an ETag. */
export function objectStore(
  objects: Objects,
  { bucket, prefix, isFar }: BucketPlace,
  mirror: { folder: string; limits: MirrorLimits },
): Store {
  const top = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`
  const local: Mirror = openMirror(objects, mirror.folder, mirror.limits)
  const keyOf = (path: string) => top + insidePath(path)
  const addressOf = (path: string) => `s3://${bucket}/${keyOf(path)}`
  return {
    name: top.split('/').at(-2) ?? 'data',
    address: addressOf,
    list: async (folder) => listFiles(objects, top, insidePath(folder)),
    fetch: async (files) => {
      const near = files.filter((file) => !isFar(file))
      const copies = await local.fetch(
        near.map(({ path, bytes, version }) => ({ key: keyOf(path), bytes, etag: version })),
      )
      return files.map((file) => (isFar(file) ? addressOf(file.path) : (copies[near.indexOf(file)] as string)))
    },
    get: async (path) => {
      const found = await objects.read(keyOf(path), {})
      return found === null || found === 'changed' ? null : { body: found.body, version: found.etag }
    },
    put: async (path, body, condition) => {
      const written = await objects.write(keyOf(path), body, conditionOf(condition))
      return written === 'changed' ? null : written
    },
    remove: async (path) => objects.remove(keyOf(path)),
  }
}

function conditionOf(condition: PutCondition | undefined): { absent?: boolean; etag?: string } {
  if (condition === undefined) return {}
  return 'absent' in condition ? { absent: true } : { etag: condition.version }
}

async function listFiles(objects: Objects, top: string, folder: string): Promise<StoredFile[]> {
  const found = await objects.list(folder === '' ? top : `${top}${folder}/`)
  return found
    .map(({ key, bytes, etag }) => ({ path: key.slice(top.length), bytes, version: etag }))
    .filter(({ path }) => path !== '' && !path.endsWith('/') && !path.split('/').includes('..') && !isHidden(path))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

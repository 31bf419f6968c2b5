import { readSettings } from '../../src/settings.ts'
import { type Deployment, openDeployment } from '../effects.ts'

let opened: Promise<Deployment> | undefined

/** The deployment of this execution environment, opened once; one that failed to open is opened again by the next call. */
export function deployment(): Promise<Deployment> {
  opened ??= openDeployment(readSettings(), { late: true }).catch((problem) => {
    opened = undefined
    throw problem
  })
  return opened
}

/** Opens while Lambda still starts the environment, with its full processor; what fails is told by the first call instead. */
export function startOpening(): void {
  deployment()
    .then(({ effects }) => effects.catalogs.names())
    .catch(() => {})
}

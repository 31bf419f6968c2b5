import type { DateFunction } from '../compile/tree.ts'

/** Steps from the longest to the shortest. */
const STEPS: DateFunction[] = ['year', 'quarter', 'monthname', 'month', 'week', 'weekday', 'day', 'hour']

interface Stepped {
  grain?: DateFunction
  besideGrain?: DateFunction
}

/** "by month and year" are the months of each year. */
export function placeGrain(request: Stepped, grain: DateFunction): void {
  const { grain: known } = request
  if (known === undefined || known === grain) {
    request.grain = grain
    return
  }
  const [long, short] = [known, grain].toSorted((a, b) => STEPS.indexOf(a) - STEPS.indexOf(b)) as [
    DateFunction,
    DateFunction,
  ]
  request.grain = short
  request.besideGrain = long
}

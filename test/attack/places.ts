/** Where a hostile word can stand. */
export const PLACES = ['column', 'cell', 'file', 'datapackage', 'metric', 'question', 'title'] as const

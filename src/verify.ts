/** One thing `verify` noticed about the rows, in words a manager reads. */
export interface Finding {
  /** Name of the rule in the table of findings. */
  code: string
  level: 'info' | 'warning'
  text: string
}

/** A program that means nothing over this catalog and question; the draft is dropped. `reason` says which part failed. */
export class CompileError extends Error {
  readonly reason: 'syntax' | 'join' | 'width' | 'value' | 'type' | 'column'

  constructor(reason: CompileError['reason'], message: string) {
    super(message)
    this.name = 'CompileError'
    this.reason = reason
  }
}

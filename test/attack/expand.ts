/** Writes out the templates of attacks.json: {{FX}}, {{REP n|text}}, {{SEQ n|sep|text with # and @}}, {{DBL n}}. */
export function expand(sql: string, folder: string): string {
  return sql
    .replaceAll('{{FX}}', folder)
    .replace(/\{\{REP (\d+)\|([\s\S]*?)\}\}(?!\})/g, (_, count: string, text: string) => text.repeat(Number(count)))
    .replace(/\{\{SEQ (\d+)\|([^|]*)\|([\s\S]*?)\}\}(?!\})/g, (_, count: string, between: string, text: string) =>
      sequence(Number(count), text).join(between),
    )
    .replace(/\{\{DBL (\d+)\}\}/g, (_, depth: string) => doubled(Number(depth)))
}

/** `#` is 1…count, `@` the number before it. */
function sequence(count: number, text: string): string[] {
  return Array.from({ length: count }, (_, index) =>
    text.replaceAll('#', String(index + 1)).replaceAll('@', String(index)),
  )
}

function doubled(depth: number): string {
  if (depth === 0) return '(SELECT 1 AS x)'
  const inner = doubled(depth - 1)
  return `(SELECT a.x FROM ${inner} a, ${inner} b)`
}

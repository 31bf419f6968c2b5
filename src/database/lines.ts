import type { Reply } from './messages.ts'

/** A reply as one line. A parsed statement is JSON already: it stands behind its numbers as it is, and is not quoted once more. */
export function replyLine(reply: Reply): string {
  return reply.kind === 'parsed' ? `${reply.id} ${reply.data_mb} ${reply.json}\n` : `${JSON.stringify(reply)}\n`
}

/** The reply a line of `replyLine` holds. */
export function readReply(line: string): Reply {
  if (line.startsWith('{')) return JSON.parse(line) as Reply
  const [, id, data_mb, json] = /^(\S+) (\S+) (.*)$/s.exec(line) ?? []
  return { id: Number(id), kind: 'parsed', data_mb: Number(data_mb), json: json ?? '' }
}

/** Takes bytes as they arrive and gives each whole line to `take`, without its end. */
export function splitLines(take: (line: string) => void): (data: Buffer) => void {
  let parts: Buffer[] = []
  return (data) => {
    let rest = data
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const line = Buffer.concat([...parts, rest.subarray(0, end)]).toString()
      parts = []
      rest = rest.subarray(end + 1)
      take(line)
    }
    if (rest.length > 0) parts.push(rest)
  }
}

/** Text safe inside mrkdwn: the three signs Slack gives meaning to, so that no cell can mention, link or format. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Cuts at `most` signs, marking the cut. */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}

/** Text safe in running words: as `escapeText`, and no backquotes, which would open code. */
export function prose(text: string): string {
  return escapeText(text).replaceAll('`', "'")
}

import type { Block, Element } from './blocks.ts'
import type { Posted, Workspace } from './workspace.ts'

/** The channel of a workspace as a page to look at, about as Slack draws it; pictures inline. */
export function renderChannel(workspace: Workspace, channel: string): string {
  const said = workspace.messages.filter((message) => message.channel === channel)
  const style = `body{font:15px/1.45 "Noto Sans",Lato,sans-serif;max-width:720px;margin:16px;color:#1d1c1d}
.m{display:grid;grid-template-columns:36px 1fr;gap:8px;margin:12px 0}.m.t{margin-left:44px}.a{width:36px;height:36px;border-radius:6px;background:#1f4e79}
.e{background:#fff8e6}pre{background:#f8f8f8;border:1px solid #ddd;border-radius:4px;padding:8px;font-size:12px;overflow-x:auto;margin:4px 0}
.c{color:#616061;font-size:13px;white-space:pre-wrap}.s{white-space:pre-wrap}img{max-width:360px;border-radius:8px;display:block;margin:6px 0}
button,select{font:13px inherit;border:1px solid #bbb;border-radius:4px;background:#fff;padding:4px 10px;margin:2px}small{color:#616061}`
  return `<!doctype html><meta charset="utf-8"><style>${style}</style>${said.map((message) => renderMessage(message, workspace)).join('')}`
}

function renderMessage(message: Posted, workspace: Workspace): string {
  const kind = `m${message.thread ? ' t' : ''}${message.to ? ' e' : ''}`
  const only = message.to ? ` <small>Only visible to ${message.to}</small>` : ''
  const blocks = message.blocks.map((block) => renderBlock(block, workspace)).join('')
  return `<div class="${kind}"><div class="a"></div><div><b>asklake</b> <small>APP</small>${only}${blocks}</div></div>`
}

function renderBlock(block: Block, workspace: Workspace): string {
  if (block.type === 'section') return `<div class="s">${mrkdwn(block.text?.text ?? '')}</div>`
  if (block.type === 'context')
    return `<div class="c">${(block.elements ?? []).map(({ text }) => mrkdwn(String(text))).join(' ')}</div>`
  if (block.type === 'image') {
    const file = workspace.files.get(block.slack_file?.id ?? '')
    return `<img alt="${block.alt_text?.replaceAll('"', '&quot;')}" src="data:image/png;base64,${file?.bytes.toString('base64')}">`
  }
  return `<div>${(block.elements ?? []).map(renderElement).join('')}</div>`
}

function renderElement(element: Element): string {
  const text = typeof element.text === 'object' ? element.text.text : (element.text ?? '')
  return element.type === 'static_select'
    ? `<select><option>${element.placeholder?.text}</option></select>`
    : `<button>${emoji(text)}</button>`
}

const EMOJI: Record<string, string> = {
  '+1': '👍',
  '-1': '👎',
  warning: '⚠️',
  information_source: 'ℹ️',
  grey_question: '❔',
  hourglass_flowing_sand: '⏳',
}

function emoji(text: string): string {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole)
}

/** Slack's own markup: code first, then bold and italic at the edges of words, and people. */
function mrkdwn(text: string): string {
  const parts = text.split(/```([\s\S]*?)```/)
  const words = (part: string) =>
    emoji(part)
      .replace(/<@([A-Z0-9]+)>/g, '<b style="color:#1264a3">@$1</b>')
      .replace(/(^|\s)\*([^*\n]+)\*(?=\s|$)/g, '$1<b>$2</b>')
      .replace(/(^|\s)_([^_\n]+)_(?=\s|$)/g, '$1<i>$2</i>')
  return parts.map((part, i) => (i % 2 === 1 ? `<pre>${part}</pre>` : words(part))).join('')
}

import type { Message } from './message.ts'
import { SlackProblem, type SlackWeb } from './web.ts'

/** Where a message goes: a channel or one of its threads, and an address that works without any rights there. */
export interface Place {
  channel: string
  thread?: string
  responseUrl?: string
}

export interface SlackFile {
  name: string
  bytes: Uint8Array
  title: string
  /** What somebody who cannot see it should know; pictures only. */
  alt?: string
}

/** How things reach people in Slack. Whatever cannot be delivered is thrown, so that the queue keeps the job. */
export interface Delivery {
  /** Into the channel or thread; gives the message's `ts`, or '' when only its response_url let us speak there. */
  post(message: Message, place: Place): Promise<string>
  /** Into the thread, to be replaced later; '' where we may not speak. */
  begin(message: Message, place: Place): Promise<string>
  /** In place of a message of ours. */
  replace(message: Message, channel: string, ts: string): Promise<void>
  remove(channel: string, ts: string): Promise<void>
  /** To one person alone. */
  whisper(message: Message, place: Place & { user: string }): Promise<void>
  /** A picture for a message's `slack_file`: its id, or '' when Slack takes too long to accept it. */
  picture(file: SlackFile): Promise<string>
  /** A file into the thread, or as a direct message where we may not speak; says which. */
  share(file: SlackFile, place: Place & { user: string }): Promise<'thread' | 'direct'>
  /** Opens a form for whoever pressed a button a moment ago. */
  openView(trigger: string, view: object): Promise<void>
}

/** Slack's words for a channel we are no part of. */
const OUTSIDE = ['not_in_channel', 'channel_not_found', 'is_archived', 'restricted_action', 'user_not_in_channel']

/** Slack processes uploads behind the scenes; a picture is usually ready within a second. */
const READY_TRIES = 8
const READY_PAUSE_MS = 400

export function openDelivery(web: SlackWeb, pause = defaultPause): Delivery {
  return {
    post: (message, place) => post(web, message, place),
    begin: (message, { channel, thread }) =>
      post(web, message, { channel, ...(thread ? { thread } : {}) }).catch((problem) => {
        if (isOutside(problem)) return ''
        throw problem
      }),
    replace: async (message, channel, ts) => void (await web.call('chat.update', { channel, ts, ...shown(message) })),
    remove: async (channel, ts) => void (await web.call('chat.delete', { channel, ts })),
    whisper: (message, place) => whisper(web, message, place),
    picture: (file) => picture(web, file, pause),
    share: (file, place) => share(web, file, place),
    openView: async (trigger_id, view) => void (await web.call('views.open', { trigger_id, view })),
  }
}

const defaultPause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

function shown({ text, blocks }: Message) {
  return { text, blocks, unfurl_links: false, unfurl_media: false }
}

async function post(web: SlackWeb, message: Message, { channel, thread, responseUrl }: Place): Promise<string> {
  try {
    const { ts } = await web.call('chat.postMessage', { channel, thread_ts: thread, ...shown(message) })
    return String(ts)
  } catch (problem) {
    if (!isOutside(problem) || responseUrl === undefined) throw problem
    await web.respond(responseUrl, { response_type: 'in_channel', replace_original: false, ...shown(message) })
    return ''
  }
}

async function whisper(web: SlackWeb, message: Message, place: Place & { user: string }): Promise<void> {
  const { channel, thread, user, responseUrl } = place
  if (responseUrl === undefined) {
    return void (await web.call('chat.postEphemeral', { channel, user, thread_ts: thread, ...shown(message) }))
  }
  const answer = { response_type: 'ephemeral', replace_original: false, thread_ts: thread, ...shown(message) }
  await web.respond(responseUrl, answer)
}

function isOutside(problem: unknown): boolean {
  return problem instanceof SlackProblem && OUTSIDE.includes(problem.code)
}

/** https://docs.slack.dev/messaging/working-with-files#uploading_files */
async function upload(web: SlackWeb, file: SlackFile, shared: { channel_id?: string; thread_ts?: string | undefined }) {
  const fields = { filename: file.name, length: file.bytes.length, alt_txt: file.alt?.slice(0, 1000) }
  const place = await web.call('files.getUploadURLExternal', fields)
  await web.send(String(place['upload_url']), file.bytes)
  const id = String(place['file_id'])
  await web.call('files.completeUploadExternal', { files: [{ id, title: file.title.slice(0, 200) }], ...shared })
  return id
}

async function picture(web: SlackWeb, file: SlackFile, pause: typeof defaultPause): Promise<string> {
  const id = await upload(web, file, {})
  for (let attempt = 1; attempt <= READY_TRIES; attempt++) {
    const { file: known } = await web.call('files.info', { file: id })
    // Until it has a type, a message that shows it is refused: https://github.com/slackapi/java-slack-sdk/issues/1349
    if ((known as { mimetype?: string } | undefined)?.mimetype) return id
    await pause(READY_PAUSE_MS)
  }
  return ''
}

async function share(web: SlackWeb, file: SlackFile, place: Place & { user: string }): Promise<'thread' | 'direct'> {
  try {
    await upload(web, file, { channel_id: place.channel, thread_ts: place.thread })
    return 'thread'
  } catch (problem) {
    if (!isOutside(problem)) throw problem
    const { channel } = await web.call('conversations.open', { users: place.user })
    await upload(web, file, { channel_id: (channel as { id: string }).id })
    return 'direct'
  }
}

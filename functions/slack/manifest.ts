/** Slack's app manifest for a server reached at `url` (https://docs.slack.dev/reference/app-manifest): commands, events, buttons and the rights they need. Throws when `url` is no https address. */
export function slackManifest(url: string): object {
  const base = new URL(url)
  if (base.protocol !== 'https:') throw new Error(`Slack only calls https addresses, not ${url}`)
  const events = `${base.origin}${base.pathname.replace(/\/$/, '')}/slack/events`
  return {
    display_information: {
      name: 'asklake',
      description: 'Questions about files, answered with rows and a chart',
      background_color: '#1f4e79',
    },
    features: {
      app_home: { home_tab_enabled: false, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: 'asklake', always_online: true },
      slash_commands: [
        {
          command: '/ask',
          url: events,
          description: 'Ask your files',
          usage_hint: '[dataset:] question',
          should_escape: false,
        },
      ],
    },
    oauth_config: { scopes: { bot: Object.keys(SCOPES) } },
    settings: {
      event_subscriptions: {
        request_url: events,
        bot_events: ['app_mention', 'message.channels', 'message.groups', 'message.im', 'message.mpim'],
      },
      interactivity: { is_enabled: true, request_url: events },
      org_deploy_enabled: false,
      socket_mode_enabled: false,
      token_rotation_enabled: false,
    },
  }
}

/** Every right the app asks for, and what for. */
export const SCOPES = {
  commands: '/ask',
  'chat:write': 'answers where the app is a member',
  'chat:write.public': 'answers to /ask in public channels it is no member of',
  'files:write': 'charts and CSV files',
  'files:read': 'to see that an uploaded chart is ready to be shown',
  'app_mentions:read': 'questions by mention',
  'channels:history': 'follow-ups in threads of public channels',
  'groups:history': 'follow-ups in threads of private channels',
  'im:history': 'questions by direct message',
  'mpim:history': 'follow-ups in group messages',
  'im:write': 'a CSV file by direct message where it cannot be put into the channel',
} as const

/** The address that opens Slack's "create an app" page with the manifest filled in. */
export function createAppUrl(url: string): string {
  const manifest = encodeURIComponent(JSON.stringify(slackManifest(url)))
  return `https://api.slack.com/apps?new_app=1&manifest_json=${manifest}`
}

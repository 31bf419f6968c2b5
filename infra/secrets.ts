/** Set once a stage with `sst secret set`; kept encrypted. */
export const slackSigningSecret = new sst.Secret('SlackSigningSecret')
export const slackBotToken = new sst.Secret('SlackBotToken')
/** What functions show the model server; only asked for by stages with a GPU tier. */
export const modelKey = new sst.Secret('ModelKey', 'unset')

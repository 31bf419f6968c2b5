// Exit 0 when the server of this container answers.
const { ok } = await fetch(`http://127.0.0.1:${process.env.PORT ?? 8788}/healthz`).catch(() => ({ ok: false }))
process.exit(ok ? 0 : 1)

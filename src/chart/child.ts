// Draws charts in a process of its own, one message each, so that a drawing that hangs can be killed.
import { type PaintOptions, paintPng, paintSvg } from './paint.ts'
import type { VegaLiteSpec } from './spec.ts'

export interface PaintRequest {
  id: number
  form: 'svg' | 'png'
  spec: VegaLiteSpec
  options: PaintOptions
}

export type PaintReply = { id: number; picture: string | Uint8Array } | { id: number; error: string }

async function paint(request: PaintRequest): Promise<PaintReply> {
  const { id, form, spec, options } = request
  try {
    return { id, picture: form === 'svg' ? await paintSvg(spec, options) : await paintPng(spec, options) }
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

process.on('message', (request: PaintRequest) => {
  paint(request).then((reply) => process.send?.(reply))
})
process.on('disconnect', () => process.exit(0))

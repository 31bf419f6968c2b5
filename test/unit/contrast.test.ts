import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'

/** WCAG 2.2: text needs 4.5 : 1 (1.4.3), what a control is known by 3 : 1 (1.4.11). */
const TEXT: [ink: string, ground: string][] = [
  ['ink', 'ground'],
  ['ink', 'paper'],
  ['ink', 'chip'],
  ['soft', 'ground'],
  ['soft', 'paper'],
  ['accent', 'ground'],
  ['accent', 'paper'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong'],
  ['accent-strong', 'chip'],
  ['warn-ink', 'warn-ground'],
  ['bad-ink', 'bad-ground'],
  ['bad-ink', 'ground'],
  ['good-ink', 'good-ground'],
]
const CONTROLS: [ink: string, ground: string][] = [
  ['edge', 'paper'],
  ['edge', 'ground'],
  ['accent', 'paper'],
]

const css = readFileSync('web/page.css', 'utf8')
const [light = '', dark = ''] = [...css.matchAll(/:root \{([^}]*)\}/g)].map((match) => match[1] ?? '')

function coloursOf(block: string): Map<string, string> {
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{3,6});/g)].map((match) => [match[1] ?? '', match[2] ?? '']))
}

/** Relative luminance (WCAG 2.2, "relative luminance"). */
function luminance(hex: string): number {
  const digits = hex.length === 4 ? [...hex.slice(1)].map((digit) => digit + digit) : (hex.slice(1).match(/../g) ?? [])
  const [r = 0, g = 0, b = 0] = digits.map((pair) => {
    const part = Number.parseInt(pair, 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

for (const [name, colours] of [
  ['light', coloursOf(light)],
  ['dark', new Map([...coloursOf(light), ...coloursOf(dark)])],
] as const) {
  describe(`colours, ${name}`, () => {
    for (const [pairs, least] of [
      [TEXT, 4.5],
      [CONTROLS, 3],
    ] as const) {
      for (const [ink, ground] of pairs) {
        test(`${ink} on ${ground}: ${least} at least`, () => {
          const ratio = contrast(colours.get(ink) ?? '', colours.get(ground) ?? '')
          assert.ok(ratio >= least, `${ratio.toFixed(2)}`)
        })
      }
    }
  })
}

/** What Slack says of blocks it would not take, after its own limits (https://docs.slack.dev/reference/block-kit/blocks); empty when it would. */
export function blockProblems(blocks: unknown, readyFiles: Set<string>): string[] {
  if (!Array.isArray(blocks)) return ['blocks are no list']
  const problems = blocks.length > 50 ? ['more than 50 blocks'] : []
  return [
    ...problems,
    ...blocks.flatMap((block, i) => ofBlock(block as Block, readyFiles).map((text) => `/blocks/${i}: ${text}`)),
  ]
}

interface Text {
  type: string
  text: string
}

export interface Element {
  type: string
  action_id?: string
  text?: Text | string
  value?: string
  accessibility_label?: string
  placeholder?: Text
  options?: { text: Text; value: string }[]
}

export interface Block {
  type: string
  text?: Text
  elements?: Element[]
  element?: Element
  label?: Text
  slack_file?: { id?: string }
  alt_text?: string
  block_id?: string
}

function ofBlock(block: Block, readyFiles: Set<string>): string[] {
  const rules: Record<string, () => string[]> = {
    section: () => between('text', block.text?.text, 1, 3000),
    context: () => [
      ...count('elements', block.elements, 10),
      ...(block.elements ?? []).flatMap((element) => between('text', String(element.text ?? ''), 1, 3000)),
    ],
    actions: () => [
      ...count('elements', block.elements, 25),
      ...(block.elements ?? []).flatMap(ofElement),
      ...unique((block.elements ?? []).map((element) => element.action_id)),
    ],
    image: () => [
      ...between('alt_text', block.alt_text, 1, 2000),
      ...(readyFiles.has(block.slack_file?.id ?? '') ? [] : ['invalid slack file']),
    ],
    input: () => [...between('label', block.label?.text, 1, 2000), ...(block.element ? [] : ['no element'])],
  }
  return rules[block.type]?.() ?? [`unknown type ${block.type}`]
}

function ofElement(element: Element): string[] {
  const text = typeof element.text === 'object' ? element.text.text : element.text
  const rules: Record<string, () => string[]> = {
    button: () => [
      ...between('text', text, 1, 75),
      ...between('value', element.value, 0, 2000),
      ...between('accessibility_label', element.accessibility_label ?? '', 0, 75),
    ],
    static_select: () => [
      ...between('placeholder', element.placeholder?.text, 1, 150),
      ...count('options', element.options, 100),
      ...(element.options ?? []).flatMap((option) => [
        ...between('option text', option.text.text, 1, 75),
        ...between('option value', option.value, 1, 150),
      ]),
    ],
  }
  return [
    ...between('action_id', element.action_id, 1, 255),
    ...(rules[element.type]?.() ?? [`unknown element ${element.type}`]),
  ]
}

function between(name: string, text: string | undefined, least: number, most: number): string[] {
  if (text === undefined) return [`no ${name}`]
  return text.length < least || text.length > most ? [`${name} has ${text.length} signs`] : []
}

function count(name: string, list: unknown[] | undefined, most: number): string[] {
  const length = list?.length ?? 0
  return length < 1 || length > most ? [`${length} ${name}`] : []
}

function unique(ids: (string | undefined)[]): string[] {
  return new Set(ids).size === ids.length ? [] : ['an action_id twice']
}

import { type Asker, EVERYONE, NOBODY } from '../../src/asker.ts'
import type { Keyring } from '../access/keyring.ts'
import type { Person } from './job.ts'

/** Somebody in Slack as an asker: what exists for them, and what they may do. */
export type Rights = (person: Person) => Promise<Asker>

/** Who a rule is for, from the most particular to everybody: the first of these that has a rule decides alone. */
const SUBJECTS: ((person: Person) => string)[] = [
  ({ user }) => `user:${user}`,
  ({ channel }) => `channel:${channel}`,
  ({ team }) => `team:${team ?? ''}`,
  () => '*',
]

const RULE = /^(\*|(?:user|channel|team):[A-Z0-9]+)\s*=\s*(.+)$/

/**
 * Setting `slack_rights` as a function: rules such as `user:U1=key:finance; channel:C2=northwind,flights; team:T3=*; *=none`,
 * of which a person's own goes before the channel's, the workspace's and everybody's. A rule names a key, whose asker they
 * then are, or datasets. Without any rule everybody may ask everything, unless keys are set: then nobody may. Throws one
 * Error that lists every rule it cannot read.
 */
export function readRights(text: string, keyring: Keyring | null): Rights {
  const rules = readRules(text)
  if (rules.size === 0) return async () => (keyring === null ? EVERYONE : NOBODY)
  return async (person) => {
    const rule = SUBJECTS.map((subject) => rules.get(subject(person))).find((found) => found !== undefined)
    if (rule === undefined) return NOBODY
    const [, key] = /^key:(.+)$/.exec(rule) ?? []
    if (key !== undefined) return (await keyring?.named(key)) ?? NOBODY
    return { name: `slack ${person.user}`, rights: ['read', 'feedback'], datasets: datasetsOf(rule), views: {} }
  }
}

function readRules(text: string): Map<string, string> {
  const rules = new Map<string, string>()
  const unread: string[] = []
  for (const part of text.split(';').map((rule) => rule.trim())) {
    const [, subject, rule] = RULE.exec(part) ?? []
    if (subject !== undefined && rule !== undefined) rules.set(subject, rule.trim())
    else if (part !== '') unread.push(`"${part}"`)
  }
  if (unread.length > 0) throw new Error(`ASKLAKE_SLACK_RIGHTS: cannot read ${unread.join(', ')}`)
  return rules
}

function datasetsOf(rule: string): Asker['datasets'] {
  if (rule === '*') return '*'
  return rule === 'none' ? [] : rule.split(',').map((name) => name.trim())
}

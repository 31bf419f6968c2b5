/** An identifier's words in lower case: `sbTxCustId`, `sb_tx_cust_id` and `SB Tx Cust ID` give `sb tx cust id`; digits stand apart. */
export function nameWords(name: string): string[] {
  const cut = name
    .normalize('NFKC')
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/(\p{L})(\p{N})/gu, '$1 $2')
    .replace(/(\p{N})(\p{L})/gu, '$1 $2')
  return cut.toLowerCase().match(/[\p{L}\p{M}]+|\p{N}+|%|#/gu) ?? []
}

/** English plural to singular, for comparing names only: `categories` → `category`, `classes` → `class`, `orders` → `order`. */
export function singular(word: string): string {
  if (word.length <= 3) return word
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (/(ss|sh|ch|x|z)es$/.test(word) || (/uses$/.test(word) && !/(ouses|auses)$/.test(word))) return word.slice(0, -2)
  if (word.endsWith('s') && !/(ss|us|is)$/.test(word)) return word.slice(0, -1)
  return word
}

/** A table's name from a file's stem: letters of any script, digits and `_`; never empty, never a leading digit. */
export function tableName(stem: string): string {
  const name = stem
    .normalize('NFKC')
    .replace(/[^\p{L}\p{M}\p{N}_]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 80)
  if (name === '') return 'table_1'
  return /^\p{N}/u.test(name) ? `t_${name}` : name
}

/** Names made unique without regard to case, later ones get `_2`, `_3` …; `taken` holds lower-cased names in use and grows. */
export function uniqueName(name: string, taken: Set<string>): string {
  let unique = name
  for (let n = 2; taken.has(unique.toLowerCase()); n++) unique = `${name}_${n}`
  taken.add(unique.toLowerCase())
  return unique
}

/** Column names as read → as used: trimmed, one line, no control signs or double quotes, never empty (`column_3`), unique. */
export function columnNames(raw: string[]): string[] {
  const taken = new Set<string>()
  return raw.map((name, index) => {
    const clean = name
      .normalize('NFC')
      .replace(/[\p{C}\s]+/gu, ' ')
      .replaceAll('"', "'")
      .trim()
      .slice(0, 120)
    return uniqueName(clean === '' ? `column_${index + 1}` : clean, taken)
  })
}

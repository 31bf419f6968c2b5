/** Names of countries and of the states of the USA (ISO 3166, and what data commonly calls them), lower-case. */
const COUNTRIES = `afghanistan albania algeria andorra angola argentina armenia australia austria azerbaijan bahamas bahrain bangladesh barbados
belarus belgium belize benin bhutan bolivia botswana brazil brunei bulgaria burundi cambodia cameroon canada chad chile china colombia comoros congo
croatia cuba cyprus czechia denmark djibouti dominica ecuador egypt eritrea estonia eswatini ethiopia fiji finland france gabon gambia georgia germany
ghana greece grenada guatemala guinea guyana haiti honduras hungary iceland india indonesia iran iraq ireland israel italy jamaica japan jordan
kazakhstan kenya kiribati kosovo kuwait kyrgyzstan laos latvia lebanon lesotho liberia libya liechtenstein lithuania luxembourg madagascar malawi
malaysia maldives mali malta mauritania mauritius mexico moldova monaco mongolia montenegro morocco mozambique myanmar namibia nauru nepal netherlands
nicaragua niger nigeria norway oman pakistan palau panama paraguay peru philippines poland portugal qatar romania russia rwanda samoa senegal serbia
seychelles singapore slovakia slovenia somalia spain sudan suriname sweden switzerland syria taiwan tajikistan tanzania thailand togo tonga tunisia
turkey türkiye turkmenistan tuvalu uganda ukraine uruguay usa uk uzbekistan vanuatu venezuela vietnam yemen zambia zimbabwe`
  .split(/\s+/)
  .concat(['united states', 'united states of america', 'united kingdom', 'great britain', 'england', 'scotland', 'wales', 'south korea', 'north korea', 'korea', 'south africa', 'new zealand', 'saudi arabia', 'united arab emirates', 'czech republic', 'costa rica', 'el salvador', 'dominican republic', 'sri lanka', 'papua new guinea', 'ivory coast', "côte d'ivoire", 'burkina faso', 'bosnia and herzegovina', 'north macedonia', 'sierra leone', 'puerto rico', 'hong kong', 'trinidad and tobago', 'russian federation', 'cape verde', 'san marino', 'south sudan', 'central african republic', 'equatorial guinea']) // biome-ignore format: a list

const STATES = `alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana iowa kansas kentucky
louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon pennsylvania tennessee texas
utah vermont virginia washington wisconsin wyoming`
  .split(/\s+/)
  .concat(['new hampshire', 'new jersey', 'new mexico', 'new york', 'north carolina', 'north dakota', 'rhode island', 'south carolina', 'south dakota', 'west virginia', 'district of columbia']) // biome-ignore format: a list

const CODES =
  'al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy dc'.split(
    ' ',
  )

const KNOWN = { country: new Set(COUNTRIES), state: new Set([...STATES, ...CODES]) }

/** Share of the labels that must be known names. */
const MOST = 0.8

/** What kind of place the labels name; undefined for anything else and for fewer than four. */
export function placesNamed(values: (string | number | null)[]): 'country' | 'state' | undefined {
  const labels = [...new Set(values.map((value) => String(value ?? '').toLowerCase().trim()))].filter(Boolean) // biome-ignore format: short
  if (labels.length < 4) return undefined
  return (['country', 'state'] as const).find(
    (kind) => labels.filter((label) => KNOWN[kind].has(label)).length >= MOST * labels.length,
  )
}

import { solidWordsOf, stem } from './words.ts'

/** Ways to write one place: countries with their people and codes, states and cities with theirs. */
const PLACES = `
Afghanistan|Afghan|AF|AFG
Argentina|Argentine|Argentinian|AR|ARG
Australia|Australian|AU|AUS
Austria|Austrian|AT|AUT
Belgium|Belgian|BE|BEL
Bangladesh|Bangladeshi|BD|BGD
Bolivia|Bolivian|BO|BOL
Brazil|Brazilian|Brasil|BR|BRA
Bulgaria|Bulgarian|BG|BGR
Cambodia|Cambodian|KH|KHM
Canada|Canadian|CA|CAN
Chile|Chilean|CL|CHL
China|Chinese|CN|CHN|People's Republic of China
Colombia|Colombian|CO|COL
Croatia|Croatian|HR|HRV
Cuba|Cuban|CU|CUB
Cyprus|Cypriot|CY|CYP
Czech Republic|Czechia|Czech|CZ|CZE
Denmark|Danish|Dane|DK|DNK|DEN
Ecuador|Ecuadorian|EC|ECU
Egypt|Egyptian|EG|EGY
England|English|ENG
Estonia|Estonian|EE|EST
Ethiopia|Ethiopian|ET|ETH
Finland|Finnish|Finn|FI|FIN
France|French|FR|FRA
Georgia|Georgian|GE|GEO
Germany|German|Deutschland|DE|DEU|GER
Ghana|Ghanaian|GH|GHA
Greece|Greek|GR|GRC|GRE
Hong Kong|HK|HKG
Hungary|Hungarian|HU|HUN
Iceland|Icelandic|IS|ISL
India|Indian|IN|IND
Indonesia|Indonesian|ID|IDN
Iran|Iranian|Persian|IR|IRN
Iraq|Iraqi|IQ|IRQ
Ireland|Irish|IE|IRL
Israel|Israeli|IL|ISR
Italy|Italian|Italia|IT|ITA
Jamaica|Jamaican|JM|JAM
Japan|Japanese|JP|JPN
Jordan|Jordanian|JO|JOR
Kazakhstan|Kazakh|KZ|KAZ
Kenya|Kenyan|KE|KEN
Kuwait|Kuwaiti|KW|KWT
Latvia|Latvian|LV|LVA
Lebanon|Lebanese|LB|LBN
Lithuania|Lithuanian|LT|LTU
Luxembourg|Luxembourgish|LU|LUX
Malaysia|Malaysian|MY|MYS
Malta|Maltese|MT|MLT
Mexico|Mexican|MX|MEX
Mongolia|Mongolian|MN|MNG
Morocco|Moroccan|MA|MAR
Myanmar|Burma|Burmese|MM|MMR
Nepal|Nepalese|Nepali|NP|NPL
Netherlands|Dutch|Holland|The Netherlands|NL|NLD|NED
New Zealand|New Zealander|NZ|NZL
Nigeria|Nigerian|NG|NGA
Norway|Norwegian|NO|NOR
Pakistan|Pakistani|PK|PAK
Panama|Panamanian|PA|PAN
Peru|Peruvian|PE|PER
Philippines|Filipino|Philippine|PH|PHL
Poland|Polish|Pole|PL|POL
Portugal|Portuguese|PT|PRT|POR
Puerto Rico|Puerto Rican|PR|PRI
Qatar|Qatari|QA|QAT
Romania|Romanian|RO|ROU
Russia|Russian|Russian Federation|RU|RUS
Saudi Arabia|Saudi|Saudi Arabian|SA|SAU
Scotland|Scottish|Scot|SCO
Senegal|Senegalese|SN|SEN
Serbia|Serbian|Serb|RS|SRB
Singapore|Singaporean|SG|SGP
Slovakia|Slovak|Slovakian|SK|SVK
Slovenia|Slovenian|Slovene|SI|SVN
South Africa|South African|ZA|ZAF|RSA
South Korea|South Korean|Korea|Korean|Republic of Korea|KR|KOR
Spain|Spanish|Spaniard|España|ES|ESP
Sri Lanka|Sri Lankan|LK|LKA
Sweden|Swedish|Swede|SE|SWE
Switzerland|Swiss|CH|CHE|SUI
Taiwan|Taiwanese|TW|TWN
Thailand|Thai|TH|THA
Tunisia|Tunisian|TN|TUN
Turkey|Turkish|Türkiye|Turk|TR|TUR
Ukraine|Ukrainian|UA|UKR
United Arab Emirates|UAE|Emirati|AE|ARE
United Kingdom|UK|Britain|Great Britain|British|Briton|GB|GBR
United States|USA|US|U.S.|U.S.A.|America|American|United States of America
Uruguay|Uruguayan|UY|URY
Venezuela|Venezuelan|VE|VEN
Vietnam|Viet Nam|Vietnamese|VN|VNM
Wales|Welsh|WAL
Europe|European|EU
Asia|Asian
Africa|African
Alabama|AL
Alaska|AK
Arizona|AZ
Arkansas|AR
California|CA|Calif|Californian
Colorado|CO
Connecticut|CT
Delaware|DE
Florida|FL
Hawaii|HI|Hawaiian
Idaho|ID
Illinois|IL
Indiana|IN
Iowa|IA
Kansas|KS
Kentucky|KY
Louisiana|LA
Maine|ME
Maryland|MD
Massachusetts|MA
Michigan|MI
Minnesota|MN
Mississippi|MS
Missouri|MO
Montana|MT
Nebraska|NE
Nevada|NV
New Hampshire|NH
New Jersey|NJ
New Mexico|NM
New York|NY|New Yorker
North Carolina|NC
North Dakota|ND
Ohio|OH
Oklahoma|OK
Oregon|OR
Pennsylvania|PA
Rhode Island|RI
South Carolina|SC
South Dakota|SD
Tennessee|TN
Texas|TX|Texan
Utah|UT
Vermont|VT
Virginia|VA
Washington|WA
West Virginia|WV
Wisconsin|WI
Wyoming|WY
Washington D.C.|District of Columbia|DC
New York City|NYC
Los Angeles|LA
San Francisco|SF
`

/** Ways to write one value: months, weekdays, sexes, sides, degrees, states of an order. */
const OTHERS = `
January|Jan
February|Feb
March|Mar
April|Apr
June|Jun
July|Jul
August|Aug
September|Sep|Sept
October|Oct
November|Nov
December|Dec
Monday|Mon
Tuesday|Tue
Wednesday|Wed
Thursday|Thu
Friday|Fri
Saturday|Sat
Sunday|Sun
male|M|man|men|boy|masculine
female|F|woman|women|girl|feminine
left handed|left-handed|left|L
right handed|right-handed|right|R
bachelor|bachelor's|undergraduate|BS|BA
master|master's|MS|MA
doctorate|PhD|Ph.D.|doctoral
canceled|cancelled
completed|complete|finished
pending|open|outstanding
cash|in cash
credit card|credit
television|TV
`

/** Another way to write a value; `place` when the value is a place or its people. */
export interface ValueSynonym {
  text: string
  key: string
  place: boolean
}

const synonyms = new Map<string, ValueSynonym[]>()
addGroups(PLACES, true)
addGroups(OTHERS, false)

/** Other ways to write what the stems joined by spaces say, as typed in the tables of groups. */
export function valueSynonymsOf(key: string): readonly ValueSynonym[] {
  return synonyms.get(key) ?? []
}

/** Whether the stems joined by spaces say a place or its people in a way the table knows. */
export function isPlace(key: string): boolean {
  return valueSynonymsOf(key).some(({ place }) => place)
}

function keyOf(text: string): string {
  return solidWordsOf(text).map(stem).join(' ')
}

function addGroups(table: string, place: boolean): void {
  for (const line of table.trim().split('\n')) {
    const members = line.split('|').map((text) => ({ text, key: keyOf(text), place }))
    for (const member of members) {
      const others = members.filter(({ key }) => key !== member.key)
      synonyms.set(member.key, [...(synonyms.get(member.key) ?? []), ...others])
    }
  }
}

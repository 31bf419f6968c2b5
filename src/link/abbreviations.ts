/** What short forms in names stand for; a name counts under both forms. */
export const ABBREVIATIONS: ReadonlyMap<string, string[]> = tableOf(`
  qty quantity, qnty quantity, quan quantity, amt amount, cust customer, cst customer, custs customer, nbr number,
  num number, nr number, cnt count, tot total, ttl total, avg average, max maximum, min minimum, pct percent,
  perc percent, prcnt percent, dob date of birth, yob year of birth, dod date of death, bday birthday,
  dept department, dpt department, emp employee, empl employee, ee employee, mgr manager, mngr manager,
  supv supervisor, addr address, adr address, tel telephone, phn phone, mob mobile, acct account, accnt account,
  bal balance, trans transaction, txn transaction, tx transaction, trx transaction, inv invoice, ord order,
  prod product, prd product, cat category, catg category, ctg category, desc description, descr description,
  dscr description, val value, amnt amount, pmt payment, pymt payment, yr year, yrs year, mo month, mth month,
  mon month, wk week, hr hour, hrs hour, mins minute, secs second, dt date, ts timestamp, fname first name,
  lname last name, mname middle name, firstname first name, lastname last name, fullname full name,
  middlename middle name, username user name, surname last name, nm name, lbl label, cd code, cde code, id id,
  idx index, seq sequence, stat status, sts status, typ type, grp group, lvl level, lev level, loc location,
  locn location, ctry country, cntry country, cty city, rgn region, prov province, terr territory, zip zip,
  zipcode zip code, postcode postal code, lat latitude, lon longitude, lng longitude, alt altitude, elev elevation,
  dest destination, dst destination, orig origin, src source, arr arrival, dptr departure, dist distance, dur duration, len length,
  wt weight, wgt weight, ht height, hgt height, vol volume, temp temperature, tmp temperature, precip precipitation,
  hum humidity, stu student, stud student, fac faculty, prof professor, instr instructor, crs course,
  univ university, uni university, sch school, dorm dormitory, sem semester, gpa grade point average, enr enrollment,
  pop population, gdp gross domestic product, govt government, gov government, org organization, co company,
  corp corporation, mfr manufacturer, mfg manufacturing, manuf manufacturer, vend vendor, supp supplier,
  whse warehouse, wh warehouse, req request, msg message, attr attribute, cfg configuration, perf performance,
  qual quality, pref preference, rec record, upd updated, crt created, exp expiry, curr current, prev previous,
  nxt next, init initial, strt start, beg begin, begdate begin date, enddate end date, startdate start date,
  lang language, cntr counter, ctr center, div division, sect section, bldg building, rm room, flr floor,
  apt apartment, st street, str street, ave avenue, rd road, blvd boulevard, hwy highway, diag diagnosis,
  pat patient, doc document, phys physician, hosp hospital, trt treatment, prc price, disc discount, rev revenue,
  sls sales, exps expense, mrgn margin, ccy currency, prin principal, plyr player, opp opponent, pts points,
  rebs rebounds, att attendance, lg league, comm commission, freq frequency, capac capacity, qtr quarter,
  fy fiscal year, ytd year to date, mtd month to date, approx approximate, bud budget, fcst forecast, var variance,
  veh vehicle, mpg miles per gallon, cyl cylinder, disp displacement, pol policy, prem premium, clm claim, agt agent,
  attch attachment, cmt comment, rmk remark, rmks remark, usr user, natl national, intl international,
  nat nationality, marr marital, occ occupation, edu education`)

/** Short forms people also type in a question, where the other ones are rather words of their own. */
export const SAID_ABBREVIATIONS: ReadonlySet<string> = new Set(
  `qty amt cust dept emp addr tel acct txn inv yr yrs pct dob num cnt tot lat lon lng dest qtr desc temp pop prof stu uni
  zipcode postcode firstname lastname fullname username mgr loc lang org corp bldg hosp mpg gdp gpa zip`
    .trim()
    .split(/\s+/)
    .filter((word) => word !== 'desc'),
)

function tableOf(text: string): Map<string, string[]> {
  const table = new Map<string, string[]>()
  for (const entry of text.trim().split(/,\s*/)) {
    const [short, ...long] = entry.split(' ')
    if (short !== undefined && !table.has(short)) table.set(short, long)
  }
  return table
}

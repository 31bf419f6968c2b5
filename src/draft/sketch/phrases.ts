import type { Aggregate, DateFunction } from '../compile/tree.ts'

/** What a phrase of a chart request says about the columns around it. */
export type Sign =
  | { is: 'aggregate'; aggregate: Aggregate }
  /** What follows divides the rows. */
  | { is: 'by' }
  | { is: 'color' }
  | { is: 'facet' }
  /** Panels are asked for before it is said of what. */
  | { is: 'panels' }
  | { is: 'size' }
  /** The columns around it are read against each other. */
  | { is: 'versus' }
  /** How values are spread. */
  | { is: 'spread' }
  /** Along the table's time. */
  | { is: 'time' }
  | { is: 'grain'; grain: DateFunction }
  | { is: 'sort' }
  /** The axis that is sorted by. */
  | { is: 'axis'; of: 'x' | 'y' }
  | { is: 'direction'; descending: boolean }
  | { is: 'top'; descending: boolean }
  | { is: 'compare'; operator: '>' | '<' | '>=' | '<=' | '=' | 'between' }
  | { is: 'wrap'; wrap: 'share' | 'running' }
  | { is: 'bin' }
  | { is: 'and' }
  | { is: 'filler' }

interface Phrase {
  sign: Sign
  words: RegExp
}

const FILLER = `a an the of for on to at me my us our i you your we it its their his her this that these those there is are was
  were be been do does did show shows showing shown give get make let see draw plot plots create build generate display
  visualise visualize visualising visualizing render produce present return find list view want need would like love can
  could please help look looking how what which who in into with using use as all any some data dataset different
  various chart charts graph graphs diagram diagrams plotted picture figure visual visualization visualisation
  representation bar bars column columns line lines pie donut doughnut area histogram histograms scatter scatterplot
  scatterplots plotting heatmap heatmaps heat map maps boxplot boxplots box boxes whisker whiskers bubble bubbles dot dots
  point points stack stacked grouped clustered horizontal vertical multi multiple series single value values respective
  corresponding then also just tell compare comparing comparison comparisons between has have having had x y axis axes
  s t versus type kind where their them whose if so here overview breakdown break down basic simple nice interactive
  explore exploring illustrate illustrating represent representing depict depicting percent d ll m re only just restricted
  limited filtered occur occurs appear appears happen happens exist exists about attribute attributes note interval please
  tell me something interesting strongly closely mainly come comes whether if calendar normalized normalised`

/**
 * The phrases a chart request is made of, each with what it says. The longest reading of a place in the question wins;
 * columns and values win over phrases of the same length.
 */
export const PHRASES: Phrase[] = [
  ...aggregates(),
  {
    sign: { is: 'facet' },
    words:
      /(?:(?:in |as |with )?(?:small multiples|facets|(?:separate |small )?(?:charts|plots|panels)),? one (?=per|for)|(?:and |, ?)?(?:facet+ed|facet|trellis(?:ed)?|panell?ed|small multiples?|separated?|split|broken (?:down|out)|divided)(?: (?:in)?to (?:separate |small |different )?(?:panels?|facets?|charts?|plots?|columns?|rows?|graphs?|multiples))?|(?:in|as|into|with|using) (?:separate |small |different |individual )?(?:panels?|facets?|multiples|sub-?plots?|subcharts?|charts|plots|graphs)|facets?|(?:one|an?|separate|own|individual|different) (?:chart|plot|panel|graph|line chart|histogram|scatter ?plot|bar chart|facet|small chart)s? (?=per|for each|for every|by)|(?:one|separate|own|individual) (?:chart|plot|panel|graph|line chart|histogram|scatter ?plot|bar chart|facet|small chart)s?|panels?|sub-?plots?|small multiples?(?: of)?) ?(?:by|per|for each|for every|for|across|on|over|using)\b(?: different| each)?/,
  },
  { sign: { is: 'panels' }, words: /(?:facet+ed|trellis(?:ed)?|panell?ed)(?= (?!by|per|for|on|into))(?: plots?| charts?)?(?: of)?|small multiples (?:of|with|showing)/ },
  { sign: { is: 'facet' }, words: /(?:each )?(?:(?:in|as|into|on|with) )?(?:small multiples?|facets?|panels?|sub-?plots?|separate (?:panels?|charts?|plots?|graphs?)|(?:its|their|an?) own (?:panels?|charts?|plots?|graphs?|facets?))/ },
  {
    sign: { is: 'color' },
    words:
      /(?:(?:and |, ?)?(?:colou?r(?:ed|s|ing)?(?:[- ]?coded)?|colou?r[- ]?code|shaded|hue|tinted)(?: (?:the )?(?:points?|dots?|bars?|lines?|marks?|them|it))?(?: (?:by|according to|based on|for|per|showing|represents?|encodes?|as|is|to (?:show|distinguish|represent|encode)|with))?|with (?:different |a )?colou?rs? (?:for|by|per|showing)|using colou?r for|distinguish(?:ed|ing)? by|a line for each|one line (?:for each|per)|separate lines? (?:for(?: each)?|per|by)|lines? (?:for each|per)|(?:a|one|own) colou?r (?:for each|per)|(?:one|a) line each|in (?:separate|different|multiple|individual) lines)(?: different)?/,
  },
  {
    sign: { is: 'size' },
    words:
      /(?:(?:and |, ?)?(?:sized|size)(?: (?:of )?(?:the )?(?:points?|dots?|bubbles?|circles?))? (?:by|for|showing|represent(?:s|ing)|according to|as|based on|shows?)|bubble size(?: (?:by|for|showing|represent(?:s|ing)|shows?|is|as))?|with size (?:for|by|showing|as))/,
  },
  {
    sign: { is: 'by' },
    words:
      /(?:broken down|split up|split|separated|divided|segmented|disaggregated|categori[sz]ed|stacked|grouped|group|aggregated|clustered|organi[sz]ed|partitioned)(?: (?:in)?to(?: groups)?)? (?:by|per|for(?: each)?|on|according to|across|with)(?: each)?/,
  },
  {
    sign: { is: 'by' },
    words:
      /by|per|for each|for every|for (?:the )?(?:different|various|all)|each|every|across(?: (?:all|different|the))?|among(?: the)?|within(?: each)?|in each|of each|in every|in (?:the )?different|depending on|according to|based on|as a function of|over|along|through|throughout|with respect to|relative to/,
  },
  {
    sign: { is: 'versus' },
    words:
      /compar(?:e|ing)(?= [^,.;]{2,40}? (?:with|to|against) )|(?:(?:the |any |a )?(?:strength of )?(?:relationship|relation|correlation|correlations|association|link|connection|dependence|dependency|interaction)s?(?: (?:between|of|among|for))?)|correlated?(?: (?:with|to))?|related(?: to)?|relates?(?: to)?|vary with|varies with|vary by|changes? with|depends? on|affects?|go(?:es)? up with|(?:increase|decrease|rise|grow|fall|drop)s? with|influences?|impacts?|against|vs\.?|versus|in relation to|go(?:es)? with|compared? (?:with|to)|on the [xy](?:[ -]?axis)?|on [xy](?:[ -]?axis)?|correlates? with|tied to|linked to/,
  },
  {
    sign: { is: 'spread' },
    words:
      /(?:(?:the |a )?(?:distributions?|spread|frequency distribution|variation|dispersion|ranges?)(?: out)?(?: of)?)|(?:is|are) (?:the )?.{0,0}distributed|distributed|histogram (?:of|for|showing)|how .{0,0}spread|spread out|frequenc(?:y|ies) of/,
  },
  { sign: { is: 'time' }, words: /(?:over|across|through(?:out)?|with|along|by) (?:the )?time|(?:over|across|through(?:out)?|during|with|along) the (?:years|months|weeks|days)|(?:over|across) (?:the )?years|trends?(?: (?:of|in|for|over))?|time series(?: of)?|timeline(?: of)?|evolution(?: of)?|development(?: of)?|evolved?|develop(?:s|ed|ing)?|evolv(?:e|es|ing)|chang(?:e|es|ed|ing)(?: (?:of|in))?(?: over time)?|history of|progress(?:ion)? of/ },
  ...grains(),
  { sign: { is: 'sort' }, words: /(?:(?:and |, ?)?(?:please |(?:and )?(?:could|can|would) you (?:please )?|i (?:want|would like|need|like) to |also )*)?(?:and |, ?)?(?:sort|sorted|sorting|order|ordered|ordering|rank|ranked|ranking|arranged?|(?:list|display|show|organi[sz]e) (?:by|in|from)(?= (?:the )?(?:x|y|bars?|names?|total|asc|desc|high|low)))(?: (?:by|on|according to|in|from|the bars|bars|them|it)(?= ))*/ },
  { sign: { is: 'axis', of: 'x' }, words: /(?:by |on |from |in )?(?:the )?(?:x|x[- ]axis|bars?|names?|x axis)(?= (?:in |from |please|desc|asc|high|low|$))/ },
  { sign: { is: 'axis', of: 'y' }, words: /(?:by |on |from |in )?(?:the )?(?:y|y[- ]axis|total numbers?|y axis)(?= (?:in |from |please|desc|asc|high|low|$))/ },
  { sign: { is: 'direction', descending: true }, words: /(?:in )?desc(?:ending)?(?: order)?|(?:from )?(?:high(?:est)?|large(?:st)?|big(?:gest)?|most) to (?:low(?:est)?|small(?:est)?|least)|(?:high(?:est)?|largest|biggest|most) first/ },
  { sign: { is: 'direction', descending: false }, words: /(?:in )?asc(?:ending)?(?: order)?|(?:from )?(?:low(?:est)?|small(?:est)?|least) to (?:high(?:est)?|large(?:st)?|big(?:gest)?|most)|alphabetical(?:ly)?(?: order)?|in alphabetical order|(?:low(?:est)?|smallest|least) first/ },
  { sign: { is: 'top', descending: true }, words: /(?:the )?top/ },
  { sign: { is: 'top', descending: false }, words: /(?:the )?bottom/ },
  { sign: { is: 'compare', operator: '>=' }, words: /at least|no less than/ },
  { sign: { is: 'compare', operator: '<=' }, words: /at most|no more than|up to/ },
  { sign: { is: 'compare', operator: '>' }, words: /(?:is |are )?(?:over|above|more than|greater than|larger than|higher than|exceeding|bigger than|after|later than)/ },
  { sign: { is: 'compare', operator: '>=' }, words: /since|starting (?:in|from)/ },
  { sign: { is: 'compare', operator: '<' }, words: /(?:is |are )?(?:under|below|less than|fewer than|lower than|smaller than|before|earlier than|prior to)/ },
  { sign: { is: 'compare', operator: 'between' }, words: /between|from/ },
  { sign: { is: 'compare', operator: '=' }, words: /during|in(?: the year)?|equal to|equals/ },
  { sign: { is: 'wrap', wrap: 'running' }, words: /(?:cumulative|running)(?: (?:total|sum|count|number))?(?: of)?/ },
  { sign: { is: 'wrap', wrap: 'share' }, words: /(?:the )?(?:shares?|proportions?|percentages?|fractions?)(?: of(?: (?:the )?total)?)?/ },
  { sign: { is: 'bin' }, words: /binned|bins?|bucketed|buckets?|intervals?/ },
  { sign: { is: 'and' }, words: /and|&|,|;|:|\/|\+|plus|as well as|along with|together with|or/ },
  { sign: { is: 'filler' }, words: /com(?:e|es|ing) from|(?:100 ?%|percent(?:age)?)(?= stacked)|box[- ]and[- ]whiskers?|on the (?:same )?(?:chart|plot|graph)/ },
  { sign: { is: 'filler' }, words: new RegExp(`(?:${FILLER.trim().split(/\s+/).join('|')})|side by side|[?.!"'“”’_()-]`) },
] // biome-ignore format: a table

function aggregates(): Phrase[] {
  const tail = '(?: (?:of|for|in))?(?: the| all)?'
  const of = (aggregate: Aggregate, words: string): Phrase => ({
    sign: { is: 'aggregate', aggregate },
    words: new RegExp(`(?:the )?(?:${words})${tail}`),
  })
  return [
    of('avg', 'averages?|mean|avg\\.?|average values?|typical'),
    of('sum', 'sums?|totals?|total amounts?|total sums?|combined|overall|summed|aggregated?'),
    of('count', 'counting|numbers?|counts?|total numbers?|total counts?|record counts?|amount|frequency|how many|how often|quantity|occurrences?|number of (?:records|rows|entries|items|occurrences|times)|head ?counts?|records|rows|entries'),
    of('max', 'max(?:imum)?|highest|largest|greatest|peak|biggest|top-?most|tallest|heaviest|longest|oldest|most expensive'),
    of('min', 'min(?:imum)?|lowest|smallest|least|shortest|lightest|youngest|cheapest'),
    of('median', 'medians?'),
    of('stddev', 'standard deviations?|std(?: dev)?'),
  ] // biome-ignore format: a table
}

function grains(): Phrase[] {
  const of = (grain: DateFunction, words: RegExp): Phrase => ({ sign: { is: 'grain', grain }, words })
  return [
    of('weekday', /(?:by |per |for each |each |every |over (?:the )?|across (?:the )?)?(?:days? of (?:the )?week|week ?days?|dow)/),
    of('monthname', /(?:by |per |for each |each |every |over (?:the )?|across (?:the )?)?(?:months? of (?:the )?year|calendar months?|month names?)|seasonality/),
    of('year', /(?:by |per |for each |each |every |over (?:the )?|across (?:the )?|in each )?(?:years?|annual|annually|yearly)/),
    of('quarter', /(?:by |per |for each |each |every |over (?:the )?|across (?:the )?|in each )?(?:quarters?|quarterly)/),
    of('month', /(?:by |per |for each |each |every |over (?:the )?|across (?:the )?|in each )?(?:months?|monthly)/),
    of('week', /(?:by |per |for each |each |every |over (?:the )?|across (?:the )?|in each )?(?:weeks?|weekly)/),
    of('day', /(?:by |per |for each |each |every |over (?:the )?|across (?:the )?|in each )?(?:days?|daily)/),
    of('hour', /(?:by |per |for each |each |every |over (?:the )?|across (?:the )?|in each )?(?:hours?|hourly)/),
  ] // biome-ignore format: a table
}

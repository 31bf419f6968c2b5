/** Words that shape a question without naming data: they need no match. Grouped so that a reader sees what is missing. */
const GROUPS = {
  asking: `a about across all also am an and any are as at be been being between both but by can could did display do does
    down draw each either every everything few find for from get give got had has have having he her here hers him his how
    i if in into is it its itself kind know let like list look made make many may me might mine much must my need of off
    on one ones only or other our out over please plot pull rather report return same say see she should show shown since
    so some such tell than thank thanks that the their them then there these they thing things this those through to too
    up us use using various very want was we were what when where which while who whom whose why will with within without
    would you your yes no not none nor never ever cannot couldn wouldn shouldn`,
  operations: `above after again aggregate ago amount average avg before below best big biggest bigger bottom break broken breakdown
    change changed changes common compare compared comparison correlate correlation count counted counts cumulative
    current daily date dates decline decrease deviation difference different distinct distribution entry entries equal
    exceed exceeding exactly fewest first frequency frequent fraction great greater greatest group grouped grow growth
    half high higher highest increase individual item items largest last late latest least less long longest low lower
    lowest max maximum mean median middle min minimum month monthly months more most new newest next number numbers
    numerical old older oldest order ordered overall past pair pairs per percent percentage period previous quarter
    quarterly quarters range rank ranked ranking rate rates ratio record records recent relation relationship respective
    respectively result results rise row rows running share shares similar single small smaller smallest smallest sort
    sorted spread standard std sum summary table time times top total totals trend trends trending twice unique value
    values variance versus vs week weekly weeks week day days year yearly years young younger youngest zero hour hours
    ascending descending asc desc alphabetical alphabetically missing empty null today yesterday now it column columns
    data dataset contain contains containing include includes including start starts starting end ends ending begin begins
    beginning`,
  charts: `area bar bars box boxplot bubble chart charts column diagram donut dots facet faceted graph graphs heat heatmap
    histogram horizontal line lines map maps multiples pie plot scatter scatterplot stacked visualise visualize
    visualisation visualization vertical colored coloured color colour axis x y`,
  numbers: `two three four five six seven eight nine ten eleven twelve hundred thousand million billion once k m second third`,
  usual: `alphabetic ascending associated attend available belong called come contain corresponding created database
    descending detail details did except exist go history hold include including information involve just life member
    occur occurred offer often own participate participated pay person place play please popular produce provide
    provided quantity receive recently related serve shared single spend student study substring surname take taken teach
    term together under unique usually valued well word work write yet`,
  calendar: `january february march april may june july august september october november december jan feb mar apr jun jul
    aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday q spring summer autumn fall winter`,
  chinese: `每 个 各 的 了 数 量 是 有 多 少 几 哪 些 什 么 最 高 低 大 小 长 短 好 前 后 名 条 次 总 和 共 计 平 均 一 二 三 四 五 六 七 八 九 十 年 月
    日 天 周 季 度 时 间 按 列 出 显 示 查 询 找 请 给 我 所 与 在 中 里 为 及 或 谁 吗 呢 比 例 占 率 分 别 布 排 序 升 降 从 到 至 这 那 不 没 能 会 要 画 图 表
    饼 柱 线 状 折 散 点 过 超 于 等 之 间 以 上 下 内 外 全 部 记 录 行 值 变 化 趋 势 对 情 况 如 何 怎 样 统 算 求 只 看 再 换 成 加 去 掉`,
}

/** Lower-cased scaffold words; Chinese is read sign by sign. `usual` are those that questions over three and more of Spider's training databases use without naming data. */
export const SCAFFOLD: ReadonlySet<string> = new Set(Object.values(GROUPS).flatMap((words) => words.split(/\s+/)))

/** Words that ask for what has not happened yet: no file holds it. */
export const FUTURE: ReadonlySet<string> = new Set(['tomorrow', 'forecast', 'predict', 'prediction', 'will'])

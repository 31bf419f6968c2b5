/** Words of business data and of questions about it that the question sets say too rarely. */
export const BUSINESS_WORDS = `
revenue sales turnover profit margin gross net income earnings cost expense expenses spend spending budget forecast actual variance
price pricing unit discount tax vat fee fees commission rebate refund refunds invoice invoices payment payments payable receivable
balance ledger debit credit account accounts transaction transactions transfer deposit withdrawal loan loans mortgage interest
order orders ordered shipment shipments shipping shipped delivery delivered returned return returns fulfillment backlog purchase
purchases purchased supplier suppliers vendor vendors customer customers client clients buyer buyers seller sellers subscriber
subscribers subscription subscriptions churn retention cohort conversion funnel lead leads opportunity opportunities pipeline deal deals
quota territory region regions regional segment segments channel channels campaign campaigns impressions clicks click session sessions
visit visits visitor visitors traffic bounce pageviews signup signups active inactive user users account login logins device devices
product products category categories subcategory brand brands sku stock inventory warehouse warehouses quantity units store stores
employee employees staff headcount hire hires hired salary salaries wage wages payroll bonus department departments team teams manager
managers position title role tenure attrition attendance absence leave vacation overtime performance review reviews rating ratings
ticket tickets incident incidents issue issues priority severity status open closed pending resolved resolution agent agents response
satisfaction survey surveys feedback complaint complaints contract contracts renewal renewals policy policies claim claims premium
patient patients doctor doctors physician hospital hospitals appointment appointments diagnosis treatment treatments prescription
student students course courses enrollment grade grades teacher teachers school schools university score scores exam exams
flight flights airport airports airline airlines passenger passengers departure arrival delay delays delayed cancelled route routes
trip trips ride rides driver drivers vehicle vehicles fuel mileage distance duration speed station stations sensor sensors temperature
energy power consumption production output capacity plant plants machine machines downtime defect defects batch batches quality
property properties listing listings rent tenant tenants lease building buildings area size bedroom bedrooms bathroom bathrooms
country countries state states city cities county province district zip code address location latitude longitude population
date dates day days daily week weeks weekly month months monthly quarter quarters quarterly year years yearly annual annually
weekday weekdays weekend weekends hour hours hourly morning evening night today yesterday tomorrow last previous next current past
recent recently since until before after between during within ago january february march april may june july august september
october november december monday tuesday wednesday thursday friday saturday sunday first second third fourth half
average mean median mode maximum minimum highest lowest largest smallest biggest most least fewest greatest top bottom best worst
total sum count number amount percent percentage share proportion ratio rate growth change increase decrease difference trend trends
cumulative running moving compare comparison versus breakdown distribution histogram group grouped sorted order ascending descending
per each every by across split rank ranking ranked above below over under least more less than fewer greater exceeding exceeds
unique distinct different duplicate missing null empty unknown never without excluding except including only both either neither
show list give display find return tell get plot chart graph bar line pie scatter table report summarize calculate compute compare
what which who whose when where why how many much often long old does did have has been there are were was please want need
longest shortest oldest youngest newest latest earliest cheapest expensive heaviest tallest fastest slowest popular common frequent
founded established launched opened built created updated modified expired expires active registered joined placed issued assigned
gender age birth name names first last full middle surname email phone mobile website url description notes comment comments type
level stage source medium currency usd eur dollars euros million billion thousand transaction ticker symbol exchange share shares
volume close closing opening high low portfolio asset assets liability equity dividend yield risk fund funds investment investments
quantity weighted normalized lag lead rolling year-over-year month-over-month yoy mom qoq ytd mtd kpi kpis roi cac ltv arpu aov gmv mrr arr
`

/** Signs of Chinese questions about data; others are unknown to the model, which then only sees what they link to. */
export const CHINESE_SIGNS =
  '的一是不了在有和与或各个每多少几哪些谁什么最高低大小长短新旧好坏前后上下年月日周季度天时分秒今昨明去本平均总数量计合统列出显示给查询找看按据照从到之间于超过以内外中等同比环增减率占销售额收入利润成订单客户产品价格公司员工部门城市国家地区名字称类别型状态间日期金额人口学生老师课程医院患者航班机场店品牌库存电影书籍歌手第十百千万亿元个位件次家所有只包含没未已请问我们你他她它们对比趋势排序升降前列'

import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { accessToManage } from "../access.ts"
import { ask, op, type In, type Out } from "../define.ts"
import { validation } from "../errors.ts"
import {
  findTableToManage,
  refOf,
  tables,
  type GlobalIndex,
  type Insights,
  type Table,
} from "../tables/table.ts"
import {
  monitored,
  ruleNames,
  settleInsightsLater,
  statusOf,
  withInsights,
  type Mode,
} from "./settings.ts"

type Named = { readonly TableName: string; readonly IndexName?: string | undefined }

/** Asked for the table, or for the index that is named. */
function manage(tx: ReadTx, input: Named, call: Call) {
  const request = accessToManage(tx, { ref: refOf(input.TableName, call), input }, call)
  const { IndexName } = input
  return IndexName === undefined
    ? request
    : { ...request, resource: `${request.resource}/index/${IndexName}` }
}

const UpdateContributorInsights = op.write("UpdateContributorInsights", {
  authorize: manage,
  run(tx, input: In<"UpdateContributorInsights">, call): Out<"UpdateContributorInsights"> {
    const { TableName, IndexName, ContributorInsightsAction: action } = input
    const table = findTableToManage(tx, TableName, call)
    const old = monitored(table, IndexName).insights
    const insights =
      action === "ENABLE"
        ? enabled(old, tx.now, input.ContributorInsightsMode as Mode | undefined)
        : old && disabled(old, tx.now)
    const next = withInsights(table, IndexName, insights)
    tx.put(tables, next)
    if (insights) settleInsightsLater(tx, next, IndexName)
    return {
      TableName: table.name,
      IndexName,
      ContributorInsightsStatus: statusOf(insights),
      ContributorInsightsMode: insights?.mode,
    }
  },
})

const enabled = (old: Insights | undefined, now: number, mode: Mode | undefined): Insights => ({
  mode: mode ?? old?.mode ?? "ACCESSED_AND_THROTTLED_KEYS",
  createdMs: old && !old.ends ? old.createdMs : now,
  changedMs: now,
  begins: true,
})

const disabled = ({ begins: _, ...old }: Insights, now: number): Insights => ({
  ...old,
  changedMs: now,
  ends: true,
})

const DescribeContributorInsights = op.read("DescribeContributorInsights", {
  authorize: manage,
  run(tx, { TableName, IndexName }, call): Out<"DescribeContributorInsights"> {
    const table = findTableToManage(tx, TableName, call)
    const of = monitored(table, IndexName)
    const { insights } = of
    // Recorded: of what was never switched on nothing else is told.
    const told = { TableName: table.name, IndexName, ContributorInsightsStatus: statusOf(insights) }
    if (!insights) return told
    return {
      ...told,
      ContributorInsightsRuleList: ruleNames(table, of),
      LastUpdateDateTime: insights.changedMs,
      ContributorInsightsMode: insights.mode,
    }
  },
})

type Summary = NonNullable<Out<"ListContributorInsights">["ContributorInsightsSummaries"]>[number]

/** Tables that one page looks at, each with its indexes. */
const PAGE = 100

/** Of a table and its global indexes, or of all in the Region, what is not off (recorded). */
const ListContributorInsights = op.read("ListContributorInsights", {
  authorize: ask.anything,
  run(tx, input, call): Out<"ListContributorInsights"> {
    const { TableName, MaxResults = PAGE, NextToken } = input
    const start = NextToken === undefined ? undefined : placeIn(NextToken)
    const all =
      TableName === undefined
        ? tablesFrom(tx, start, call)
        : [findTableToManage(tx, TableName, call)]
    const summaries: Summary[] = []
    for (const table of all) {
      const each: readonly (Table | GlobalIndex)[] = [table, ...table.globalIndexes]
      for (const [at, of] of each.entries()) {
        if (!of.insights || (start && table.name === start.table && at < start.at)) continue
        if (summaries.length === MaxResults)
          return {
            ContributorInsightsSummaries: summaries,
            NextToken: tokenOf({ table: table.name, at }),
          }
        summaries.push(summaryOf(table, of))
      }
    }
    return { ContributorInsightsSummaries: summaries }
  },
})

function tablesFrom(
  tx: ReadTx,
  start: Place | undefined,
  { account, region }: Call,
): readonly Table[] {
  const from = start && { from: [start.table] }
  return tx.scan(tables, { prefix: [account, region], ...from, limit: PAGE + 1 }).rows
}

const summaryOf = (table: Table, of: Table | GlobalIndex): Summary => ({
  TableName: table.name,
  IndexName: of === table ? undefined : of.name,
  ContributorInsightsStatus: statusOf(of.insights),
  ContributorInsightsMode: of.insights?.mode,
})

/** Where a page begins: 0 is the table itself. */
interface Place {
  readonly table: string
  readonly at: number
}

const tokenOf = ({ table, at }: Place): string =>
  Buffer.from(JSON.stringify([table, at])).toString("base64")

/** The words are not verified. */
function placeIn(token: string): Place {
  try {
    const parts = JSON.parse(Buffer.from(token, "base64").toString()) as unknown
    const [table, at] = parts as [unknown, unknown]
    if (typeof table === "string" && typeof at === "number") return { table, at }
  } catch {
    // It is none of ours.
  }
  throw validation("Invalid NextToken")
}

export const insightsOperations = {
  ...{ UpdateContributorInsights, DescribeContributorInsights, ListContributorInsights },
}

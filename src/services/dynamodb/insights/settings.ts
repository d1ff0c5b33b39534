import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { TABLE_STEP_MS } from "../limits.ts"
import {
  sameTable,
  tables,
  type GlobalIndex,
  type Insights,
  type Table,
  type TableRef,
} from "../tables/table.ts"
import { forgetContributorsLater } from "./forgetting.ts"
import type { Rule } from "./contributor.ts"

export type Mode = Insights["mode"]
export type Status = "ENABLING" | "ENABLED" | "DISABLING" | "DISABLED"

export const statusOf = (insights: Insights | undefined): Status => {
  if (!insights) return "DISABLED"
  if (insights.ends) return "DISABLING"
  return insights.begins ? "ENABLING" : "ENABLED"
}

/** The table, or its global index of that name. Throws ResourceNotFoundException. */
export function monitored(table: Table, index: string | undefined): Table | GlobalIndex {
  if (index === undefined) return table
  const found = table.globalIndexes.find(({ name }) => name === index)
  // Recorded.
  if (!found || found.status === "DELETING")
    throw new AwsError(
      "ResourceNotFoundException",
      `Requested resource not found: Index: ${index} not found for table: ${table.name}`,
    )
  return found
}

/** The table with other insights, of itself or of an index. */
export function withInsights(
  table: Table,
  index: string | undefined,
  insights: Insights | undefined,
): Table {
  if (index === undefined) return { ...table, insights }
  const globalIndexes = table.globalIndexes.map((one) =>
    one.name === index ? { ...one, insights } : one,
  )
  return { ...table, globalIndexes }
}

interface Settling extends TableRef {
  readonly id: number
  readonly index?: string | undefined
}

/** What is being switched on is on, and what is being switched off is off. */
export const settleInsights = job<Settling>("dynamodb/settle-insights", {
  run(tx, { index, ...ref }) {
    const table = sameTable(tx, ref)
    const of = index === undefined ? table : table?.globalIndexes.find(({ name }) => name === index)
    if (!table || !of?.insights) return
    const { ends, begins: _, ...insights } = of.insights
    tx.put(tables, withInsights(table, index, ends ? undefined : insights))
    if (ends) forgetContributorsLater(tx, of.id)
  },
})

export function settleInsightsLater(tx: WriteTx, table: Table, index: string | undefined): void {
  const { account, region, name, id } = table
  tx.schedule(settleInsights, { account, region, name, id, index }, tx.now + TABLE_STEP_MS)
}

/**
 * The names of the rules in CloudWatch (docs: "CloudWatch contributor insights for DynamoDB: How it
 * works"). How the resource is named where it is an index is not verified.
 */
export function ruleNames(table: Table, of: Table | GlobalIndex): readonly string[] {
  const { insights } = of
  if (!insights) return []
  const kinds = of.keys.range ? ["PK", "SK"] : ["PK"]
  const counts = insights.mode === "THROTTLED_KEYS" ? ["T"] : ["C", "T"]
  const rules = kinds.flatMap((kind) => counts.map((count) => `${kind}${count}` as Rule))
  const resource = of === table ? table.name : `${table.name}-${of.name}`
  return rules.map(
    (rule) => `DynamoDBContributorInsights-${rule}-${resource}-${insights.createdMs}`,
  )
}

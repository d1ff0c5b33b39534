import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { noSuchParameterGroup } from "../errors.ts"
import { DEFAULT_TTL_MS } from "../limits.ts"

export interface ParameterGroup {
  readonly account: string
  readonly region: string
  readonly name: string
  readonly description?: string | undefined
  /** How long results of Query and Scan stay, milliseconds; 0: for ever. */
  readonly queryTtlMs: number
  /** The same of items. */
  readonly recordTtlMs: number
}

export const parameterGroups = table<ParameterGroup>("dax/parameterGroup", {
  key: ({ account, region, name }) => [account, region, name],
  cached: true,
})

/** The group that every account has. */
export const DEFAULT_GROUP = "default.dax1.0"

type Where = Pick<Call, "account" | "region">

export const defaultGroup = ({ account, region }: Where): ParameterGroup => ({
  ...{ account, region, name: DEFAULT_GROUP },
  description: "Default parameter group for dax1.0",
  ...{ queryTtlMs: DEFAULT_TTL_MS, recordTtlMs: DEFAULT_TTL_MS },
})

/** Throws ParameterGroupNotFoundFault. */
export function parameterGroupOf(tx: ReadTx, where: Where, name: string): ParameterGroup {
  if (name === DEFAULT_GROUP) return defaultGroup(where)
  const found = tx.get(parameterGroups, [where.account, where.region, name])
  if (!found) throw noSuchParameterGroup(name)
  return found
}

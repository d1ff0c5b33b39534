import { REGIONS, type Region } from "../../../kernel/regions.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Out } from "../define.ts"
import { REGION_CHANGE_MS } from "../limits.ts"
import { wasCreated } from "../../organizations/port.ts"

export type RegionStatus = NonNullable<Out<"GetRegionOptStatus">["RegionOptStatus"]>

/** An opt-in Region that an account was asked to use, or to leave. */
export interface RegionOpt {
  readonly account: string
  readonly region: string
  readonly wanted: boolean
  readonly changedMs: number
}

export const regionOpts = table<RegionOpt>("account/region-opt", {
  key: ({ account, region }) => [account, region],
  cached: true,
})

/**
 * Opt-in Regions of an account that CreateAccount made are disabled, as AWS's are; one that was
 * there before may use them all, since nobody knows what it had enabled.
 */
export function statusOf(tx: ReadTx, account: string, { code, optIn }: Region): RegionStatus {
  if (!optIn) return "ENABLED_BY_DEFAULT"
  const opt = tx.get(regionOpts, [account, code])
  if (!opt) return wasCreated(tx, account) ? "DISABLED" : "ENABLED"
  const changing = tx.now < opt.changedMs + REGION_CHANGE_MS
  if (opt.wanted) return changing ? "ENABLING" : "ENABLED"
  return changing ? "DISABLING" : "DISABLED"
}

/**
 * Whether the account may call in the Region: from the end of its enabling to the beginning of its
 * disabling ("you immediately lose access to resources in that Region").
 */
export function isRegionOpen(tx: ReadTx, account: string, code: string): boolean {
  const region = REGIONS.get(code)
  if (!region?.optIn) return true
  return statusOf(tx, account, region) === "ENABLED"
}

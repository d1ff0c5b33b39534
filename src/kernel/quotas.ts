import { table } from "./table.ts"
import type { ReadTx, WriteTx } from "./transaction.ts"

/** A limit of an account, as AWS's Service Quotas knows it. */
export interface Quota {
  /** Service Quotas' code of the service, `iam`, and of the quota, `L-FE177D64`. */
  readonly service: string
  readonly code: string
  readonly name: string
  /** What every account has. */
  readonly value: number
  /** The highest value that AWS raises it to; absent: it is not adjustable. */
  readonly most?: number
  /** One value for all Regions, or one for each. */
  readonly scope: "account" | "region"
  /** Service Quotas' unit; most have none. */
  readonly unit: "None" | "Count" | "Seconds" | "Kilobytes" | "Megabytes" | "Gigabytes"
}

/** Whose value of a quota is meant; the Region matters to those of a Region only. */
export interface QuotaOf {
  readonly account: string
  readonly region?: string | undefined
}

/** A value that an account has in the place of the default. */
export interface ChangedQuota {
  readonly account: string
  /** Empty for a quota of the whole account. */
  readonly region: string
  readonly service: string
  readonly code: string
  readonly value: number
  readonly changedMs: number
}

export const changedQuotas = table<ChangedQuota>("kernel/quota", {
  key: (one) => [one.account, one.region, one.service, one.code],
  cached: true,
})

const regionOf = ({ scope }: Quota, { region = "" }: QuotaOf): string =>
  scope === "account" ? "" : region

/** The value that holds for an account, in a Region where the quota is one of Regions. */
export function quota(tx: ReadTx, one: Quota, of: QuotaOf): number {
  const key = [of.account, regionOf(one, of), one.service, one.code]
  return tx.get(changedQuotas, key)?.value ?? one.value
}

/**
 * Gives an account another value: as high as AWS would, and as low as a test wants. Throws
 * RangeError for what is no value of this quota.
 */
export function changeQuota(
  tx: WriteTx,
  one: Quota,
  to: QuotaOf & { readonly value: number },
): void {
  const { account, value } = to
  const region = regionOf(one, to)
  if (one.scope === "region" && region === "")
    throw new RangeError(`${one.service} ${one.code} is a quota of a Region: name one`)
  const most = one.most ?? one.value
  if (!Number.isInteger(value) || value < 0 || value > most)
    throw new RangeError(`${one.service} ${one.code} (${one.name}) takes 0 to ${most}`)
  const { service, code } = one
  tx.put(changedQuotas, { account, region, service, code, value, changedMs: tx.now })
}

/** Back to the default. */
export function resetQuota(tx: WriteTx, one: Quota, of: QuotaOf): void {
  tx.delete(changedQuotas, [of.account, regionOf(one, of), one.service, one.code])
}

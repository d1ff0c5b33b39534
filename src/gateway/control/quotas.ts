import { changeQuota, quota, resetQuota, type Quota } from "../../kernel/quotas.ts"
import type { Cloud } from "../cloud.ts"

/** An account's value of one quota; account and Region are the cloud's own where not named. */
export interface QuotaChange {
  /** Service Quotas' code of the service, such as `iam`. */
  readonly service: string
  /** Its code of the quota, such as `L-FE177D64`, or its name. */
  readonly quota: string
  /** Null: back to what every account has. */
  readonly value: number | null
  readonly account?: string | undefined
  readonly region?: string | undefined
}

/** A quota as it holds for an account now. */
export interface QuotaValue {
  readonly service: string
  readonly code: string
  readonly name: string
  readonly value: number
  readonly default: number
  /** The most that it can be set to. */
  readonly most: number
  readonly adjustable: boolean
  readonly scope: "account" | "region"
}

/** Every quota of every service here, with the value that holds for an account. */
export async function listQuotas(
  cloud: Cloud,
  of: { readonly account?: string | undefined; readonly region?: string | undefined } = {},
): Promise<readonly QuotaValue[]> {
  const { account = cloud.settings.account, region = cloud.settings.region } = of
  const all = (await Promise.all(cloud.catalog.ids.map((id) => quotasOf(cloud, id)))).flat()
  return cloud.world.read((tx) =>
    all.map((one) => valueOf(one, quota(tx, one, { account, region }))),
  )
}

/** Throws RangeError for a quota that is not there, or a value that it cannot have. */
export async function setQuota(cloud: Cloud, change: QuotaChange): Promise<QuotaValue> {
  const { account = cloud.settings.account, region = cloud.settings.region, value } = change
  const known = cloud.catalog.ids.includes(change.service)
  const one = (known ? await quotasOf(cloud, change.service) : []).find(
    ({ code, name }) => code === change.quota || name === change.quota,
  )
  if (!one) throw new RangeError(`${change.service} has no quota ${change.quota} here`)
  return cloud.world.write((tx) => {
    if (value === null) resetQuota(tx, one, { account, region })
    else changeQuota(tx, one, { account, region, value })
    return valueOf(one, quota(tx, one, { account, region }))
  })
}

const quotasOf = async (cloud: Cloud, id: string): Promise<readonly Quota[]> =>
  (await cloud.catalog.find(id))?.quotas ?? []

const valueOf = (one: Quota, value: number): QuotaValue => ({
  ...{ service: one.service, code: one.code, name: one.name, value },
  default: one.value,
  most: one.most ?? one.value,
  adjustable: one.most !== undefined,
  scope: one.scope,
})

import type { ReadTx } from "../../../kernel/transaction.ts"
import {
  isAdministrator,
  isTrusted,
  membersUnder,
  organizationOf,
} from "../../organizations/port.ts"
import { bucketArn, bucketsAfter, type Bucket } from "../../s3/port.ts"
import type { Dashboard } from "./dashboard.ts"

/** By this name Storage Lens acts in an organization, and delivers. */
export const LENS = "storage-lens.s3.amazonaws.com"

type Place = Pick<Bucket, "account" | "name">

/**
 * The accounts whose storage a dashboard may show: its own, or, with AwsOrg, those of the organization
 * that trusts Storage Lens and that the dashboard's account manages. None where that is not so.
 */
export function accountsOf(tx: ReadTx, { account, value }: Pick<Dashboard, "account" | "value">) {
  if (!value.AwsOrg) return [account]
  const organization = organizationOf(tx, account)
  if (organization === undefined || !value.AwsOrg.Arn.endsWith(`/${organization.id}`)) return []
  const { id, managementAccount, rootId } = organization
  const manages = isAdministrator(tx, organization, { account, service: LENS })
  if (!manages || !isTrusted(tx, id, LENS)) return []
  const members = membersUnder(tx, organization, rootId).map((one) => one.id)
  return [managementAccount, ...members].sort()
}

/** Buckets that one look for the next one goes through. */
const STRIDE = 500

/** The bucket of a dashboard's scope behind another one, in the order of accounts and names. */
export function nextBucket(tx: ReadTx, dashboard: Dashboard, after: Place): Bucket | undefined {
  for (const account of accountsOf(tx, dashboard)) {
    if (account < after.account) continue
    let name = account === after.account ? after.name : ""
    for (;;) {
      const found = bucketsAfter(tx, { account, name, limit: STRIDE })
      const bucket = found.find((one) => isInScope(one, dashboard))
      if (bucket) return bucket
      const last = found.at(-1)
      if (found.length < STRIDE || !last) break
      name = last.name
    }
  }
  return undefined
}

/** Include and Exclude name Regions and buckets, these by ARN. */
function isInScope(bucket: Bucket, { value }: Dashboard): boolean {
  const { Include, Exclude } = value
  const arn = bucketArn(bucket)
  const isNamed = ({ Buckets = [], Regions = [] }: NonNullable<typeof Include>) => ({
    bucket: Buckets.includes(arn),
    region: Regions.includes(bucket.region),
    ...{ anyBucket: Buckets.length === 0, anyRegion: Regions.length === 0 },
  })
  if (Exclude) {
    const named = isNamed(Exclude)
    if (named.bucket || named.region) return false
  }
  if (!Include) return true
  const named = isNamed(Include)
  return (named.bucket || named.anyBucket) && (named.region || named.anyRegion)
}

import { table } from "../../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../../kernel/transaction.ts"
import { bucketNamed, type Bucket } from "../../buckets/bucket.ts"
import type { PolicyFacts, PublicAccessBlock } from "../../buckets/config.ts"
import type { AccessPoint } from "./access-point.ts"

/** One address for buckets of several Regions ("Multi-Region Access Points"). */
export interface MultiRegionPoint {
  readonly partition: string
  readonly account: string
  readonly name: string
  /** `<13 characters>.mrap`: stands in its ARN and its host. */
  readonly alias: string
  readonly createdMs: number
  readonly status: "CREATING" | "READY" | "DELETING"
  readonly publicAccessBlock: PublicAccessBlock
  readonly regions: readonly MultiRegionRoute[]
  /** The established policy. */
  readonly policy?: string | undefined
  readonly policyFacts?: PolicyFacts | undefined
  readonly proposedFacts?: PolicyFacts | undefined
  /** The policy that was put last; established once all Regions have it. */
  readonly proposed?: string | undefined
  /** The request that changes it, as long as one does. */
  readonly request?: string | undefined
}

/** The one bucket of a Region. */
export interface MultiRegionRoute {
  readonly region: string
  readonly bucket: string
  readonly bucketAccount: string
  /** Active or passive, as it was last asked for. */
  readonly dial: 0 | 100
  /** Whether requests come here: what is asked for takes effect later. */
  readonly isActive: boolean
}

export const multiRegionPoints = table<MultiRegionPoint>("s3/multiRegionPoint", {
  key: (point) => [point.account, point.name],
  indexes: { byAlias: (point) => [point.alias] },
  cached: true,
})

/** "There is a maximum of 100 Multi-Region Access Points per account." */
export const MOST_MULTI_REGION_POINTS = 100

const SUFFIX = ".mrap"

/** Whether a text names one: as its ARN, or as its alias. */
export const isMultiRegionName = (text: string): boolean => text.endsWith(SUFFIX)

/** `arn:aws:s3::123456789012:accesspoint/<alias>`: an ARN of no Region. */
export const multiRegionArn = ({
  partition,
  account,
  alias,
}: Pick<MultiRegionPoint, "partition" | "account" | "alias">): string =>
  `arn:${partition}:s3::${account}:accesspoint/${alias}`

/** By ARN or alias; undefined until it is ready, and from the beginning of its deletion. */
export function multiRegionPoint(tx: ReadTx, text: string): MultiRegionPoint | undefined {
  const alias = text.slice(text.lastIndexOf("/") + 1)
  const point = tx.first(multiRegionPoints, { index: "byAlias", prefix: [alias] })
  if (point?.status !== "READY") return undefined
  return text === alias || text === multiRegionArn(point) ? point : undefined
}

/**
 * What a Multi-Region Access Point is in one of its Regions, to which its requests are routed
 * before they run: an access point to the bucket there, with an ARN of no Region.
 */
export function pointInRegion(tx: ReadTx, text: string, region: string): AccessPoint | undefined {
  const point = multiRegionPoint(tx, text)
  const route = point?.regions.find((one) => one.region === region)
  return point && route && viewOf(tx, point, route)
}

function viewOf(tx: ReadTx, point: MultiRegionPoint, route: MultiRegionRoute): AccessPoint {
  const { region } = route
  const bucket = bucketNamed(tx, point.partition, route.bucket)
  // Of the same name, Region and account it is the same bucket, even made anew.
  const isThere = bucket?.region === region && bucket.account === route.bucketAccount
  return {
    partition: point.partition,
    account: point.account,
    region: "",
    name: point.alias,
    alias: point.alias,
    bucket: route.bucket,
    bucketId: isThere ? bucket.id : 0,
    bucketAccount: route.bucketAccount,
    createdMs: point.createdMs,
    publicAccessBlock: point.publicAccessBlock,
    policy: point.policy,
    policyFacts: point.policyFacts,
  }
}

/** Those of a bucket's own account that lead to it, as access points to it, ready or not. */
export function multiRegionPointsOf(tx: ReadTx, bucket: Bucket): readonly AccessPoint[] {
  const range = { prefix: [bucket.account], limit: MOST_MULTI_REGION_POINTS }
  return tx
    .scan(multiRegionPoints, range)
    .rows.flatMap((point) =>
      point.regions
        .filter((route) => route.bucket === bucket.name && route.bucketAccount === bucket.account)
        .map((route) => viewOf(tx, point, route)),
    )
}

/** Whether a view of an access point is of one for several Regions. */
export const isMultiRegion = ({ region }: Pick<AccessPoint, "region">): boolean => region === ""

export interface BytesThrough {
  readonly bytesIn: number | undefined
  readonly bytesOut: number | undefined
}

/** Counts what was routed, where it was routed to ("Multi-Region Access Point data routing cost"). */
export function meterRouted(
  tx: WriteTx,
  { point, bucket }: { readonly point: AccessPoint; readonly bucket: Bucket },
  { bytesIn = 0, bytesOut = 0 }: BytesThrough,
): void {
  const { partition, account, alias } = point
  const of = {
    ...{ account, region: bucket.region },
    resource: multiRegionArn({ partition, account, alias }),
  }
  if (bytesIn > 0) tx.meter("s3:mrap-in-bytes", of, bytesIn)
  if (bytesOut > 0) tx.meter("s3:mrap-out-bytes", of, bytesOut)
}

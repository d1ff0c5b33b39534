import { table } from "../../../../kernel/table.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import { parseArn } from "../../../../registry/arn.ts"
import type { Call } from "../../../../registry/call.ts"
import type { PolicyFacts, PublicAccessBlock } from "../../buckets/config.ts"
import { isObjectLambdaName, objectLambdaPointOf } from "../object-lambda/point.ts"
import { isMultiRegionName, pointInRegion } from "./multi-region.ts"

/** A door of its own to a bucket, with a policy of its own ("Managing access with access points"). */
export interface AccessPoint {
  readonly partition: string
  readonly account: string
  readonly region: string
  readonly name: string
  /** `<name>-<34 characters>-s3alias`: stands wherever a bucket's name does. */
  readonly alias: string
  readonly bucket: string
  readonly bucketId: number
  readonly bucketAccount: string
  readonly createdMs: number
  /** Absent: its origin is the internet. */
  readonly vpcId?: string | undefined
  readonly publicAccessBlock: PublicAccessBlock
  readonly policy?: string | undefined
  readonly policyFacts?: PolicyFacts | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
}

export const accessPoints = table<AccessPoint>("s3/accessPoint", {
  key: (point) => [point.account, point.region, point.name],
  indexes: {
    byAlias: (point) => [point.alias],
    byBucket: (point) => [point.account, point.bucket, point.name],
  },
  cached: true,
})

export const accessPointArn = ({
  partition,
  region,
  account,
  name,
}: Pick<AccessPoint, "partition" | "region" | "account" | "name">): string =>
  `arn:${partition}:s3:${region}:${account}:accesspoint/${name}`

/**
 * The access point that stands in the place of a bucket's name: as its ARN, as its alias, or as
 * `<name>-<account>`, the label of its host. One for several Regions is what it is in the call's.
 */
export function accessPointOf(
  tx: ReadTx,
  text: string,
  { region }: Pick<Call, "region">,
): AccessPoint | undefined {
  if (isMultiRegionName(text)) return pointInRegion(tx, text, region)
  // One of Object Lambda stands in front of another, its supporting access point.
  if (isObjectLambdaName(text)) {
    const supporting = objectLambdaPointOf(tx, text)?.configuration.SupportingAccessPoint
    return supporting === undefined ? undefined : accessPointOf(tx, supporting, { region })
  }
  if (text.endsWith("-s3alias")) return tx.first(accessPoints, { index: "byAlias", prefix: [text] })
  if (text.startsWith("arn:")) {
    const arn = parseArn(text)
    const name = arn && /^accesspoint[/:](.+)$/.exec(arn.resource)?.[1]
    return name === undefined || !arn
      ? undefined
      : tx.get(accessPoints, [arn.account, arn.region, name])
  }
  const [, name, account] = /^(.{3,50})-(\d{12})$/.exec(text) ?? []
  return name === undefined || account === undefined
    ? undefined
    : tx.get(accessPoints, [account, region, name])
}

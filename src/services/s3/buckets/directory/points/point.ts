import { table } from "../../../../../kernel/table.ts"
import type { ReadTx } from "../../../../../kernel/transaction.ts"
import type { PolicyFacts } from "../../config.ts"

/** A door of its own to a directory bucket ("Managing access … in directory buckets with access points"). */
export interface DirectoryPoint {
  readonly partition: string
  readonly account: string
  readonly region: string
  /** `<base>--<zone>--xa-s3`: of one access point alone in its AZ, and its alias, too. */
  readonly name: string
  readonly bucket: string
  readonly bucketId: number
  readonly bucketAccount: string
  readonly createdMs: number
  /** Absent: its origin is the internet. */
  readonly vpcId?: string | undefined
  readonly policy?: string | undefined
  readonly policyFacts?: PolicyFacts | undefined
  readonly scope?: PointScope | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
}

/** What may be done through an access point; absent or empty: everything. */
export interface PointScope {
  readonly prefixes: readonly string[]
  readonly permissions: readonly string[]
}

export const directoryPoints = table<DirectoryPoint>("s3/directoryPoint", {
  key: (point) => [point.account, point.region, point.name],
  indexes: {
    byName: (point) => [point.partition, point.name],
    byBucket: (point) => [point.bucketId, point.name],
  },
  cached: true,
})

const NAME = /^([a-z0-9][a-z0-9-]{1,48}[a-z0-9])--([a-z0-9]+(?:-[a-z0-9]+)*-az\d+)--xa-s3$/

/** The AZ that the name of an access point tells; undefined of other names. */
export const zoneOfPoint = (name: string): string | undefined => NAME.exec(name)?.[2]

/** The access point that stands in the place of a bucket's name. */
export const directoryPointNamed = (
  tx: ReadTx,
  partition: string,
  name: string,
): DirectoryPoint | undefined =>
  name.endsWith("--xa-s3")
    ? tx.first(directoryPoints, { index: "byName", prefix: [partition, name] })
    : undefined

export const directoryPointArn = ({
  partition,
  region,
  account,
  name,
}: Pick<DirectoryPoint, "partition" | "region" | "account" | "name">): string =>
  `arn:${partition}:s3express:${region}:${account}:accesspoint/${name}`

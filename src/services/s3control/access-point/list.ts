import type { PageRequest } from "../../../registry/offset-page.ts"
import type { AccessPoint } from "../../s3/port.ts"

/** "ListAccessPoints" and its like: up to 1,000 a page. */
const PAGE = 1_000

interface PageByName<Point> {
  readonly page: readonly Point[]
  /** What the answer says of the rest. */
  readonly more: { readonly NextToken?: string }
}

/** A page of access points, which come in the order of their names; a token tells the last name before. */
export function pageByName<Point extends { readonly name: string }>(
  points: readonly Point[],
  { NextToken, MaxResults = PAGE }: PageRequest,
): PageByName<Point> {
  const after = NextToken === undefined ? "" : Buffer.from(NextToken, "base64").toString()
  const found = points.filter(({ name }) => name > after)
  const page = found.slice(0, Math.min(MaxResults, PAGE))
  const last = page.at(-1)
  if (!last || page.length === found.length) return { page, more: {} }
  return { page, more: { NextToken: Buffer.from(last.name).toString("base64") } }
}

type Described = Pick<AccessPoint, "name" | "vpcId" | "bucket" | "bucketAccount">

/** An access point, whatever kind of bucket it leads to. */
export const describedPoint = (
  { name, vpcId, bucket, bucketAccount }: Described,
  called: { readonly AccessPointArn: string; readonly Alias: string },
) => ({
  Name: name,
  NetworkOrigin: vpcId === undefined ? ("Internet" as const) : ("VPC" as const),
  ...(vpcId !== undefined && { VpcConfiguration: { VpcId: vpcId } }),
  ...{ Bucket: bucket, BucketAccountId: bucketAccount },
  ...called,
})

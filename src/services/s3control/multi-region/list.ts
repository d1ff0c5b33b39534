import {
  MOST_MULTI_REGION_POINTS,
  multiRegionPoints,
  type MultiRegionPoint,
} from "../../s3/port.ts"
import { op, type Out } from "../define.ts"
import { assertHome, findPoint, onName } from "./point.ts"

export const GetMultiRegionAccessPoint = op.read("GetMultiRegionAccessPoint", {
  authorize: onName,
  run: (tx, input): Out<"GetMultiRegionAccessPoint"> => ({
    AccessPoint: reportOf(findPoint(tx, input)),
  }),
})

export const ListMultiRegionAccessPoints = op.read("ListMultiRegionAccessPoints", {
  authorize(_tx, { AccountId: owner }, call) {
    assertHome(call)
    return { action: `s3:${call.operation}`, resource: "*", owner, context: {} }
  },
  /** All of them: MaxResults and NextToken are "not currently used". */
  run(tx, { AccountId }): Out<"ListMultiRegionAccessPoints"> {
    const range = { prefix: [AccountId], limit: MOST_MULTI_REGION_POINTS }
    return { AccessPoints: tx.scan(multiRegionPoints, range).rows.map(reportOf) }
  },
})

const reportOf = (point: MultiRegionPoint) => ({
  Name: point.name,
  Alias: point.alias,
  CreatedAt: point.createdMs,
  PublicAccessBlock: point.publicAccessBlock,
  Status: point.status,
  Regions: point.regions.map(({ bucket, region, bucketAccount }) => ({
    ...{ Bucket: bucket, Region: region, BucketAccountId: bucketAccount },
  })),
})

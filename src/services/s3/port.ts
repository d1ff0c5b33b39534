import type { Table } from "../../kernel/table.ts"
import { buckets } from "./buckets/bucket.ts"

export { bucketNameOf, placeOf } from "./buckets/bucket-name.ts"
export {
  bucketArn,
  bucketNamed,
  bucketOfAnyKind,
  bucketResource,
  type Bucket,
} from "./buckets/bucket.ts"

/** The tables behind what this port gives. */
export const bucketTables: readonly Table<object>[] = [buckets]
export { configure } from "./buckets/bucket.ts"
export { ALL_BLOCKED } from "./buckets/new-config.ts"
export { accessPointArn, accessPoints, type AccessPoint } from "./access/points/access-point.ts"
export {
  objectLambdaArn,
  objectLambdaPoints,
  type ObjectLambdaPoint,
} from "./access/object-lambda/point.ts"
export { bucketActionsOf, isPublicGrant } from "./access/acl/grants.ts"
export {
  MOST_MULTI_REGION_POINTS,
  multiRegionArn,
  multiRegionPoints,
  multiRegionPointsOf,
  type MultiRegionPoint,
  type MultiRegionRoute,
} from "./access/points/multi-region.ts"
export { readPolicy } from "./access/policy/document.ts"
export { ACCESS_GRANTS, addCallKeys } from "./access/request-keys.ts"
export { accountPublicAccess, isBlocked } from "./access/public-access.ts"
export { isTemporary, slowDown } from "./errors.ts"
export { archiveQuery } from "./archive/select/order.ts"
export { outputPath } from "./archive/select/output.ts"
export { concludeOutput, putOutput, putResults, type OutputWriter } from "./archive/select/write.ts"
export { ALGORITHMS, digestOf, type Algorithm } from "./checksums/checksum.ts"
export { publicAccessBlockOf, settingsOf } from "./access/public-access-block.ts"
export { deliveryJob, type Delivery } from "./inventory/delivery.ts"
export { listForBatch } from "./inventory/for-batch.ts"
export { canonicalId } from "./owner.ts"
export { currentVersion } from "./objects/version.ts"
export { initiateReplication, replicationOf, type BatchRights } from "./replication/existing.ts"
export { parquetFile } from "./inventory/format.ts"
export { advancedLensOf } from "./inventory/lens/advanced.ts"
export {
  ADVANCED_METRICS,
  averaged,
  OBJECT_SIZES,
  STORAGE_METRICS,
  type AdvancedGroup,
  type Metrics,
} from "./inventory/lens/metrics.ts"
export { stepOf } from "./inventory/lens/performance.ts"
export { watchTraffic } from "./inventory/lens/traffic.ts"
export {
  bucketsAfter,
  lensOfBucket,
  samplePage,
  type LensPlace,
  type LensSample,
} from "./inventory/lens/sample.ts"
export { expressKeys, pointKeys } from "./buckets/directory/access.ts"
export { assertExpressActions } from "./buckets/directory/configurations.ts"
export {
  directoryPointArn,
  directoryPointNamed,
  directoryPoints,
  zoneOfPoint,
  type DirectoryPoint,
  type PointScope,
} from "./buckets/directory/points/point.ts"
export { selectEvents, type Counts } from "./select/events.ts"
export { RETRY_MS } from "./limits.ts"

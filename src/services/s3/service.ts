import { defineService } from "../../registry/service.ts"
import { keyTables } from "../kms/port.ts"
import { queueTables } from "../sqs/port.ts"
import { guarded } from "./access/guard.ts"
import { paced } from "./access/rates/admit.ts"
import { rates, sweepRates } from "./access/rates/rate.ts"
import { accessOperations } from "./access/operations.ts"
import { accessPoints } from "./access/points/access-point.ts"
import { multiRegionPoints } from "./access/points/multi-region.ts"
import { routeGlobal } from "./access/points/route.ts"
import { accountPublicAccess } from "./access/public-access.ts"
import { judgeCrossOrigin } from "./web/cors/judge.ts"
import { DeleteBucketCors, GetBucketCors, PutBucketCors } from "./web/cors/operations.ts"
import { planForm } from "./web/post/form.ts"
import { settingOperations } from "./settings/operations.ts"
import {
  DeleteBucketWebsite,
  GetBucketWebsite,
  PutBucketWebsite,
} from "./web/website/operations.ts"
import { serveWebsite } from "./web/website/serve.ts"
import { meterStorage } from "./billing/meter-storage.ts"
import { CreateSession } from "./buckets/directory/create-session.ts"
import { directoryQuota } from "./buckets/directory/create.ts"
import { RenameObject } from "./buckets/directory/general.ts"
import { ListDirectoryBuckets } from "./buckets/directory/list.ts"
import { directoryOperations } from "./buckets/directory/operations.ts"
import { forgetRename, renameTokens } from "./buckets/directory/rename.ts"
import { directoryPoints } from "./buckets/directory/points/point.ts"
import { sweepSessions, zonalSessions } from "./buckets/directory/session.ts"
import { dropUploads } from "./multipart/drop-uploads.ts"
import { bucketConfigs } from "./buckets/config.ts"
import { bucketQuota } from "./buckets/create.ts"
import { bucketResource, buckets } from "./buckets/bucket.ts"
import { bucketOperations } from "./buckets/operations.ts"
import { smallBytes } from "./bytes/bytes.ts"
import { UpdateObjectEncryption } from "./bytes/update-encryption.ts"
import { holdersOf } from "./bytes/holders.ts"
import { segments } from "./bytes/segments.ts"
import { archiveOperations } from "./archive/operations.ts"
import { expireCopy, finishRestore } from "./archive/restore-object.ts"
import { QueryArchive } from "./archive/select/query.ts"
import { runSelectRestore, selectRestores } from "./archive/select/restore.ts"
import { copyOperations } from "./copy/operations.ts"
import { objectLambda } from "./access/object-lambda/operations.ts"
import { objectLambdaPoints } from "./access/object-lambda/point.ts"
import { WriteGetObjectResponse } from "./access/object-lambda/write-response.ts"
import { listOperations } from "./listing/operations.ts"
import { batchWork } from "./inventory/for-batch.ts"
import { accessed } from "./inventory/lens/performance.ts"
import { forgetTraffic, traffic } from "./inventory/lens/traffic.ts"
import { inventories, inventoryFiles } from "./inventory/inventory.ts"
import { beginInventory, makeInventory, sweepInventory } from "./inventory/jobs.ts"
import { inventoryOperations } from "./inventory/operations.ts"
import { analyses, analysisDays } from "./inventory/analysis/analysis.ts"
import { exportAnalysis } from "./inventory/analysis/export.ts"
import { analyseDay, sweepAnalysis } from "./inventory/analysis/run.ts"
import { lockOperations } from "./lock/operations.ts"
import { multipartOperations } from "./multipart/operations.ts"
import { parts, uploads } from "./multipart/upload.ts"
import { lifecycleOperations } from "./lifecycle/operations.ts"
import { lifecycleJob } from "./lifecycle/run.ts"
import { GetBucketLogging, PutBucketLogging } from "./logging/configuration.ts"
import { deliverLogs } from "./logging/deliver.ts"
import { observe } from "./logging/observe.ts"
import { logRecords } from "./logging/record.ts"
import { notificationReceivers } from "./notifications/destinations.ts"
import { notificationOperations } from "./notifications/operations.ts"
import { objectOperations } from "./objects/operations.ts"
import { objects, versions } from "./objects/version.ts"
import { replicationOperations, replicationWork } from "./replication/operations.ts"
import { replicateJob } from "./replication/run.ts"
import { replicationTasks } from "./replication/task.ts"
import { thresholdJob } from "./replication/threshold.ts"
import { SelectObjectContent } from "./select/select-object-content.ts"
import { taggingOperations } from "./tagging/operations.ts"
import { verifyRequest } from "./access/verify.ts"
import { versionOperations } from "./versions/operations.ts"

const operations = paced(
  guarded({
    ...accessOperations,
    ...settingOperations,
    ...{ PutBucketCors, GetBucketCors, DeleteBucketCors },
    ...{ PutBucketWebsite, GetBucketWebsite, DeleteBucketWebsite },
    ...bucketOperations,
    ...objectOperations,
    ...listOperations,
    ...versionOperations,
    ...taggingOperations,
    ...lockOperations,
    ...multipartOperations,
    ...copyOperations,
    ...notificationOperations,
    ...lifecycleOperations,
    ...archiveOperations,
    ...replicationOperations,
    UpdateObjectEncryption,
    SelectObjectContent,
    ...{ PutBucketLogging, GetBucketLogging },
    ...inventoryOperations,
    ...{ CreateSession, ListDirectoryBuckets, RenameObject, WriteGetObjectResponse },
  }),
)

export const s3 = defineService({
  id: "s3",
  operations,
  express: directoryOperations(operations),
  inner: guarded({ ...replicationWork, ...batchWork, QueryArchive }),
  resources: [bucketResource],
  tables: [
    ...[buckets, bucketConfigs, objects, versions, smallBytes, segments, uploads, parts],
    // Of others, in which it looks things up.
    ...keyTables,
    ...queueTables,
    ...[accountPublicAccess, accessPoints, replicationTasks, logRecords],
    ...[inventories, inventoryFiles, zonalSessions, renameTokens],
    ...[directoryPoints, selectRestores],
    ...[objectLambdaPoints, multiRegionPoints, analyses, analysisDays, traffic, accessed, rates],
  ],
  jobs: [
    ...[finishRestore, expireCopy, runSelectRestore, lifecycleJob, meterStorage, dropUploads],
    ...[replicateJob, thresholdJob, deliverLogs],
    ...[beginInventory, makeInventory, sweepInventory],
    ...[sweepSessions, forgetRename, sweepRates],
    ...[analyseDay, exportAnalysis, sweepAnalysis, forgetTraffic],
  ],
  receivers: notificationReceivers,
  quotas: [bucketQuota, directoryQuota],
  uses: ["kms"],
  verify: verifyRequest,
  instead: objectLambda(operations),
  crossOrigin: judgeCrossOrigin,
  form: planForm,
  route: routeGlobal,
  web: serveWebsite,
  observe,
  holders: holdersOf,
})

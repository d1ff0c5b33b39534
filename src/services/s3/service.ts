import { defineService } from "../../registry/service.ts"
import { bucketConfigs } from "./buckets/config.ts"
import { bucketQuota } from "./buckets/create.ts"
import { bucketResource, buckets } from "./buckets/bucket.ts"
import { bucketOperations } from "./buckets/operations.ts"
import { smallBytes } from "./bytes/bytes.ts"
import { segments } from "./bytes/segments.ts"
import { listOperations } from "./listing/operations.ts"
import { lockOperations } from "./lock/operations.ts"
import { objectOperations } from "./objects/operations.ts"
import { objects, versions } from "./objects/version.ts"
import { taggingOperations } from "./tagging/operations.ts"
import { versionOperations } from "./versions/operations.ts"

export const s3 = defineService({
  id: "s3",
  operations: {
    ...bucketOperations,
    ...objectOperations,
    ...listOperations,
    ...versionOperations,
    ...taggingOperations,
    ...lockOperations,
  },
  resources: [bucketResource],
  tables: [buckets, bucketConfigs, objects, versions, smallBytes, segments],
  quotas: [bucketQuota],
  uses: ["kms"],
})

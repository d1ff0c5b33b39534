import { defineService } from "../../registry/service.ts"
import {
  CreateAccessPoint,
  DeleteAccessPoint,
  GetAccessPoint,
  ListAccessPoints,
} from "./access-point/operations.ts"
import {
  DeleteAccessPointPolicy,
  GetAccessPointPolicy,
  GetAccessPointPolicyStatus,
  PutAccessPointPolicy,
} from "./access-point/policy.ts"
import { accessGrantsOperations, accessGrantsTables } from "./access-grants/operations.ts"
import { directoryOnly, directoryOperations } from "./directory/operations.ts"
import { batchOperations, batchTables, batchWork } from "./jobs/operations.ts"
import { objectLambdaOperations } from "./object-lambda/operations.ts"
import {
  DeletePublicAccessBlock,
  GetPublicAccessBlock,
  PutPublicAccessBlock,
} from "./public-access/operations.ts"
import { regionTables } from "../account/port.ts"
import { organizationTables } from "../organizations/port.ts"
import {
  multiRegionOperations,
  multiRegionTables,
  multiRegionWork,
} from "./multi-region/operations.ts"
import { guarded } from "./guard.ts"
import { lensOperations, lensTables, lensWork } from "./storage-lens/operations.ts"
import { ListTagsForResource, TagResource, UntagResource } from "./tagging/operations.ts"

/** Most of its tables are S3's: what it writes decides on S3's requests. */
export const s3control = defineService({
  id: "s3control",
  operations: guarded({
    ...{ PutPublicAccessBlock, GetPublicAccessBlock, DeletePublicAccessBlock },
    ...{ CreateAccessPoint, GetAccessPoint, DeleteAccessPoint, ListAccessPoints },
    ...{ PutAccessPointPolicy, GetAccessPointPolicy, DeleteAccessPointPolicy },
    ...{ GetAccessPointPolicyStatus, TagResource, UntagResource, ListTagsForResource },
    ...objectLambdaOperations,
    ...batchOperations,
    ...lensOperations,
    ...accessGrantsOperations,
    ...multiRegionOperations,
    ...directoryOnly,
  }),
  express: directoryOperations,
  tables: [
    ...batchTables,
    ...lensTables,
    ...accessGrantsTables,
    ...multiRegionTables,
    ...regionTables,
    ...organizationTables,
  ],
  jobs: [...batchWork, ...lensWork, ...multiRegionWork],
  needs: ["s3"],
})

import type { Operation } from "../../../registry/operation.ts"
import {
  CreateDirectoryPoint,
  DeleteDirectoryPoint,
  DeleteDirectoryPointPolicy,
  GetDirectoryPoint,
  GetDirectoryPointPolicy,
  ListAccessPointsForDirectoryBuckets,
  PutDirectoryPointPolicy,
} from "./points.ts"
import { DeleteAccessPointScope, GetAccessPointScope, PutAccessPointScope } from "./scope.ts"
import { directoryTagging } from "./tagging.ts"

/** What only access points of directory buckets have. */
export const directoryOnly = {
  ...{ PutAccessPointScope, GetAccessPointScope, DeleteAccessPointScope },
  ...{ ListAccessPointsForDirectoryBuckets },
}

/** S3 Control at the address of directory buckets. */
export const directoryOperations: Readonly<Record<string, Operation>> = Object.fromEntries(
  [
    ...[CreateDirectoryPoint, GetDirectoryPoint, DeleteDirectoryPoint],
    ...[PutDirectoryPointPolicy, GetDirectoryPointPolicy, DeleteDirectoryPointPolicy],
    ...Object.values(directoryTagging),
    ...Object.values(directoryOnly),
  ].map((one) => [one.name, one as Operation]),
)

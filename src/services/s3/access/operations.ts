import { GetBucketAcl, GetObjectAcl, PutBucketAcl, PutObjectAcl } from "./acl/operations.ts"
import {
  DeleteBucketOwnershipControls,
  GetBucketOwnershipControls,
  PutBucketOwnershipControls,
} from "./ownership.ts"
import {
  DeleteBucketPolicy,
  GetBucketPolicy,
  GetBucketPolicyStatus,
  PutBucketPolicy,
} from "./policy/operations.ts"
import {
  DeletePublicAccessBlock,
  GetPublicAccessBlock,
  PutPublicAccessBlock,
} from "./public-access-block.ts"

export const accessOperations = {
  ...{ PutBucketPolicy, GetBucketPolicy, DeleteBucketPolicy, GetBucketPolicyStatus },
  ...{ PutBucketAcl, GetBucketAcl, PutObjectAcl, GetObjectAcl },
  ...{ PutBucketOwnershipControls, GetBucketOwnershipControls, DeleteBucketOwnershipControls },
  ...{ PutPublicAccessBlock, GetPublicAccessBlock, DeletePublicAccessBlock },
}

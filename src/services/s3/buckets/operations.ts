import { CreateBucket } from "./create.ts"
import { DeleteBucket } from "./delete.ts"
import { GetBucketLocation, HeadBucket } from "./head.ts"
import { ListBuckets } from "./list.ts"

export const bucketOperations = {
  ...{ CreateBucket, DeleteBucket, HeadBucket, GetBucketLocation, ListBuckets },
}

import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { bucketAccess, toBucket } from "../access/access.ts"
import { op, type Out } from "../define.ts"
import { illegalLocationConstraint, noSuchBucket } from "../errors.ts"
import { meterRequest } from "../requests.ts"
import { bucketArn, type Bucket } from "./bucket.ts"
import { findAnywhere, findBucket, type OnBucket } from "./find.ts"

export const HeadBucket = op.write("HeadBucket", {
  authorize: bucketAccess("ListBucket"),
  anonymous: true,
  run(tx, input, call): Out<"HeadBucket"> {
    const bucket = findBucket(tx, input, call)
    meterRequest(tx, bucket, 2)
    return {
      BucketRegion: bucket.region,
      BucketArn: bucketArn(bucket),
      AccessPointAlias: input.Bucket !== bucket.name,
      ContentType: "application/xml",
    }
  },
})

/**
 * us-east-1 answers for all Regions ("GetBucketLocation"); another one for its own only, in the
 * words in which people quote it (not recorded).
 */
export const GetBucketLocation = op.read("GetBucketLocation", {
  authorize: (tx, input, call) => toBucket(locate(tx, input, call), "GetBucketLocation"),
  anonymous: true,
  run(tx, input, call): Out<"GetBucketLocation"> {
    const { region, location } = locate(tx, input, call)
    if (region !== call.region && call.region !== "us-east-1")
      throw illegalLocationConstraint(region)
    if (region === "us-east-1") return {}
    // Recorded: what was made in EU says so.
    return { LocationConstraint: location ?? region }
  },
})

/** "This operation is not supported for directory buckets": their names are nobody's here. */
function locate(tx: ReadTx, input: OnBucket, call: Call): Bucket {
  const bucket = findAnywhere(tx, input, call)
  if (bucket.zone !== undefined) throw noSuchBucket(bucket.name)
  return bucket
}

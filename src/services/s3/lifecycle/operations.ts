import { bucketAccess } from "../access/access.ts"
import { configure, type Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type Out } from "../define.ts"
import { invalidRequest, noConfiguration } from "../errors.ts"
import type { Version } from "../objects/version.ts"
import { firstExpiry } from "./due.ts"
import { readRules, type Lifecycle } from "./rules.ts"
import { planLifecycle } from "./run.ts"

const DEFAULT_SIZE = "all_storage_classes_128K"

export const PutBucketLifecycleConfiguration = op.write("PutBucketLifecycleConfiguration", {
  authorize: bucketAccess("PutLifecycleConfiguration"),
  run(tx, input, call): Out<"PutBucketLifecycleConfiguration"> {
    const bucket = findBucket(tx, input, call)
    const leastSize: string = input.TransitionDefaultMinimumObjectSize ?? DEFAULT_SIZE
    if (!isLeastSize(leastSize))
      // Recorded.
      throw invalidRequest(`Invalid TransitionDefaultMinimumObjectSize found: ${leastSize}`)
    const newId = (): string => tx.random("s3/lifecycle-id").uuid()
    const rules = readRules(input.LifecycleConfiguration?.Rules, newId)
    const serial = tx.serial()
    planLifecycle(tx, configure(tx, bucket, { lifecycle: { serial, rules, leastSize } }), serial)
    return { TransitionDefaultMinimumObjectSize: leastSize }
  },
})

const isLeastSize = (text: string): text is Lifecycle["leastSize"] =>
  text === DEFAULT_SIZE || text === "varies_by_storage_class"

export const GetBucketLifecycleConfiguration = op.read("GetBucketLifecycleConfiguration", {
  authorize: bucketAccess("GetLifecycleConfiguration"),
  run(tx, input, call): Out<"GetBucketLifecycleConfiguration"> {
    const { name, config } = findBucket(tx, input, call)
    if (!config.lifecycle)
      // Recorded.
      throw noConfiguration(
        "NoSuchLifecycleConfiguration",
        "The lifecycle configuration does not exist",
        name,
      )
    const { rules, leastSize } = config.lifecycle
    return { Rules: rules, TransitionDefaultMinimumObjectSize: leastSize }
  },
})

export const DeleteBucketLifecycle = op.write("DeleteBucketLifecycle", {
  authorize: bucketAccess("PutLifecycleConfiguration"),
  run(tx, input, call): Out<"DeleteBucketLifecycle"> {
    configure(tx, findBucket(tx, input, call), { lifecycle: undefined })
    return {}
  },
})

export const lifecycleOperations = {
  ...{ PutBucketLifecycleConfiguration, GetBucketLifecycleConfiguration, DeleteBucketLifecycle },
}

/** `x-amz-expiration`: when the newest version goes, and by which rule (recorded). */
export function expirationMember(
  { config: { lifecycle } }: Bucket,
  version: Version,
): { readonly Expiration?: string } {
  const expiry = lifecycle && firstExpiry(lifecycle, version)
  if (!expiry) return {}
  const date = new Date(expiry.atMs).toUTCString()
  return { Expiration: `expiry-date="${date}", rule-id="${encodeURIComponent(expiry.id)}"` }
}

import type { AccessRequest } from "../../../../iam/access.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { Call } from "../../../../registry/call.ts"
import { shownPolicy } from "../../../iam/port.ts"
import { bucketArn, configure, type Bucket } from "../../buckets/bucket.ts"
import { findBucket, type OnBucket } from "../../buckets/find.ts"
import { op, type Out } from "../../define.ts"
import { accessDenied, noConfiguration } from "../../errors.ts"
import { bucketAccess, toBucket } from "../access.ts"
import { isBlocked } from "../public-access.ts"
import { readPolicy } from "./document.ts"

/** Whatever a policy says: it is the owner's account that writes it, and never shuts out its root. */
const ownersAlone =
  (action: string) =>
  (tx: ReadTx, input: OnBucket, call: Call): AccessRequest => ({
    ...toBucket(findBucket(tx, input, call), action),
    ownerOnly: true,
  })

export const PutBucketPolicy = op.write("PutBucketPolicy", {
  authorize: ownersAlone("PutBucketPolicy"),
  run(tx, input, call): Out<"PutBucketPolicy"> {
    const bucket = findBucket(tx, input, call)
    const { Policy: policy = "" } = input as { readonly Policy?: string }
    const arn = bucketArn(bucket)
    const read = readPolicy(tx, policy, { arn, objects: `${arn}/` })
    if (read.policyFacts.isPublic && isBlocked(tx, "BlockPublicPolicy", { bucket })) {
      const who =
        "because public policies are blocked by the BlockPublicPolicy block public access setting."
      throw accessDenied(
        `User is not authorized to perform: s3:PutBucketPolicy on resource: "${arn}" ${who}`,
      )
    }
    configure(tx, bucket, read)
    return {}
  },
})

export const GetBucketPolicy = op.read("GetBucketPolicy", {
  authorize: ownersAlone("GetBucketPolicy"),
  anonymous: true,
  run(tx, input, call): Out<"GetBucketPolicy"> {
    return { Policy: shownPolicy(tx, policyOf(findBucket(tx, input, call))) }
  },
})

export const DeleteBucketPolicy = op.write("DeleteBucketPolicy", {
  authorize: ownersAlone("DeleteBucketPolicy"),
  run(tx, input, call): Out<"DeleteBucketPolicy"> {
    const bucket = findBucket(tx, input, call)
    configure(tx, bucket, { policy: undefined, policyFacts: undefined })
    return {}
  },
})

export const GetBucketPolicyStatus = op.read("GetBucketPolicyStatus", {
  authorize: bucketAccess("GetBucketPolicyStatus"),
  run(tx, input, call): Out<"GetBucketPolicyStatus"> {
    const bucket = findBucket(tx, input, call)
    policyOf(bucket)
    const { isPublic = false } = bucket.config.policyFacts ?? {}
    return { PolicyStatus: { IsPublic: isPublic } }
  },
})

function policyOf({ name, config: { policy } }: Bucket): string {
  if (policy === undefined)
    throw noConfiguration("NoSuchBucketPolicy", "The bucket policy does not exist", name)
  return policy
}

import { configure } from "../buckets/bucket.ts"
import type { BucketConfig } from "../buckets/config.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type Out } from "../define.ts"
import { bucketAclWithOwnership, malformedXml, noConfiguration } from "../errors.ts"
import { bucketAccess } from "./access.ts"
import { isPublicGrant } from "./acl/grants.ts"
import { canonicalId } from "../owner.ts"

type Ownership = NonNullable<BucketConfig["ownership"]>

const isOwnership = (text: string | undefined): text is Ownership =>
  text === "BucketOwnerEnforced" || text === "BucketOwnerPreferred" || text === "ObjectWriter"

export const PutBucketOwnershipControls = op.write("PutBucketOwnershipControls", {
  authorize: bucketAccess("PutBucketOwnershipControls"),
  run(tx, input, call): Out<"PutBucketOwnershipControls"> {
    const bucket = findBucket(tx, input, call)
    const rules = input.OwnershipControls?.Rules ?? []
    const ownership = rules[0]?.ObjectOwnership
    // Recorded: of none, of several and of a wrong one.
    if (rules.length !== 1 || !isOwnership(ownership)) throw malformedXml()
    const others = (bucket.config.acl ?? []).some(
      (grant) => isPublicGrant(grant) || grant.grantee !== canonicalId(bucket.account),
    )
    if (ownership === "BucketOwnerEnforced" && others) throw bucketAclWithOwnership()
    configure(tx, bucket, { ownership })
    return {}
  },
})

export const GetBucketOwnershipControls = op.read("GetBucketOwnershipControls", {
  authorize: bucketAccess("GetBucketOwnershipControls"),
  run(tx, input, call): Out<"GetBucketOwnershipControls"> {
    const { name, config } = findBucket(tx, input, call)
    const { ownership: ObjectOwnership } = config
    if (ObjectOwnership === undefined)
      throw noConfiguration(
        "OwnershipControlsNotFoundError",
        "The bucket ownership controls were not found",
        name,
      )
    return { OwnershipControls: { Rules: [{ ObjectOwnership }] } }
  },
})

/** Without controls a bucket works as in the days before them: ObjectWriter. */
export const DeleteBucketOwnershipControls = op.write("DeleteBucketOwnershipControls", {
  authorize: bucketAccess("PutBucketOwnershipControls"),
  run(tx, input, call): Out<"DeleteBucketOwnershipControls"> {
    configure(tx, findBucket(tx, input, call), { ownership: undefined })
    return {}
  },
})

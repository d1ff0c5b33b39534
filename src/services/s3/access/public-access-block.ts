import { configure } from "../buckets/bucket.ts"
import type { PublicAccessBlock } from "../buckets/config.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type Out } from "../define.ts"
import { invalidRequest, malformedXml, noConfiguration } from "../errors.ts"
import { bucketAccess } from "./access.ts"

type Given = { readonly [Name in keyof PublicAccessBlock]?: boolean | undefined }

/** The four settings; those that are not given are off. Throws where none is (recorded). */
export function publicAccessBlockOf(given: Given | undefined): PublicAccessBlock {
  if (given === undefined) throw malformedXml()
  const block = settingsOf(given)
  if (Object.values(given).every((one) => one === undefined))
    throw invalidRequest("Must specify at least one configuration.")
  return block
}

/** The four settings; those that are not given are off. */
export const settingsOf = (given: Given): PublicAccessBlock => ({
  BlockPublicAcls: given.BlockPublicAcls ?? false,
  IgnorePublicAcls: given.IgnorePublicAcls ?? false,
  BlockPublicPolicy: given.BlockPublicPolicy ?? false,
  RestrictPublicBuckets: given.RestrictPublicBuckets ?? false,
})

export const PutPublicAccessBlock = op.write("PutPublicAccessBlock", {
  authorize: bucketAccess("PutBucketPublicAccessBlock"),
  run(tx, input, call): Out<"PutPublicAccessBlock"> {
    const bucket = findBucket(tx, input, call)
    const publicAccessBlock = publicAccessBlockOf(input.PublicAccessBlockConfiguration)
    configure(tx, bucket, { publicAccessBlock })
    return {}
  },
})

export const GetPublicAccessBlock = op.read("GetPublicAccessBlock", {
  authorize: bucketAccess("GetBucketPublicAccessBlock"),
  run(tx, input, call): Out<"GetPublicAccessBlock"> {
    const { name, config } = findBucket(tx, input, call)
    if (!config.publicAccessBlock)
      throw noConfiguration(
        "NoSuchPublicAccessBlockConfiguration",
        "The public access block configuration was not found",
        name,
      )
    return { PublicAccessBlockConfiguration: config.publicAccessBlock }
  },
})

export const DeletePublicAccessBlock = op.write("DeletePublicAccessBlock", {
  authorize: bucketAccess("PutBucketPublicAccessBlock"),
  run(tx, input, call): Out<"DeletePublicAccessBlock"> {
    configure(tx, findBucket(tx, input, call), { publicAccessBlock: undefined })
    return {}
  },
})

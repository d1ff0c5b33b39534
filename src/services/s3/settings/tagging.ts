import type { Tag } from "../../../models/types/s3.ts"
import type { AwsError } from "../../../protocols/aws-error.ts"
import { isTagKey, isTagValue } from "../../../registry/tags.ts"
import { bucketAccess } from "../access/access.ts"
import { configure } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type Out } from "../define.ts"
import { malformedXml, noConfiguration } from "../errors.ts"
import {
  duplicateTag,
  invalidTagKey,
  invalidTagValue,
  systemTag,
  tooManyBucketTags,
} from "../tagging/errors.ts"

// "Using cost allocation S3 bucket tags", "Tag restrictions".
const MOST_TAGS = 50

export type BucketTags = Readonly<Record<string, string>>

export const PutBucketTagging = op.write("PutBucketTagging", {
  authorize: bucketAccess("PutBucketTagging"),
  run(tx, input, call): Out<"PutBucketTagging"> {
    const bucket = findBucket(tx, input, call)
    if (!input.Tagging) throw malformedXml()
    // Recorded: a document without a set takes the tags away.
    configure(tx, bucket, { tags: bucketTagsOf(input.Tagging.TagSet ?? []) })
    return {}
  },
})

export const GetBucketTagging = op.read("GetBucketTagging", {
  authorize: bucketAccess("GetBucketTagging"),
  run(tx, input, call): Out<"GetBucketTagging"> {
    const { name, config } = findBucket(tx, input, call)
    if (!config.tags || Object.keys(config.tags).length === 0)
      throw noConfiguration("NoSuchTagSet", "The TagSet does not exist", name)
    return { TagSet: Object.entries(config.tags).map(([Key, Value]) => ({ Key, Value })) }
  },
})

export const DeleteBucketTagging = op.write("DeleteBucketTagging", {
  authorize: bucketAccess("PutBucketTagging"),
  run(tx, input, call): Out<"DeleteBucketTagging"> {
    configure(tx, findBucket(tx, input, call), { tags: undefined })
    return {}
  },
})

/** Tags of a bucket from XML. Recorded: order, codes and texts; `reserved` is for keys of AWS's. */
export function bucketTagsOf(
  set: readonly Partial<Tag>[],
  reserved: (key: string) => AwsError = systemTag,
): BucketTags {
  const tags: Record<string, string> = {}
  for (const { Key: key, Value: value } of set) {
    if (key === undefined || value === undefined) throw malformedXml()
    if (Object.hasOwn(tags, key)) throw duplicateTag(key)
    if (key.startsWith("aws:")) throw reserved(key)
    if (!isTagKey(key)) throw invalidTagKey(key)
    if (!isTagValue(value)) throw invalidTagValue(key, value)
    tags[key] = value
  }
  if (Object.keys(tags).length > MOST_TAGS) throw tooManyBucketTags(MOST_TAGS)
  return tags
}

import type { ReadTx } from "../../../kernel/transaction.ts"
import { objectAccess } from "../access/access.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type In, type Out } from "../define.ts"
import { malformedXml, noSuchKey } from "../errors.ts"
import { objectChanged } from "../objects/changes.ts"
import { updateVersion } from "../objects/store.ts"
import { currentVersion, type Version } from "../objects/version.ts"
import { meterRequest } from "../requests.ts"
import { objectVersion } from "../versions/find-version.ts"
import { tagSetOf, tagsOfSet } from "./object-tags.ts"

export const PutObjectTagging = op.write("PutObjectTagging", {
  authorize: objectAccess("PutObjectTagging", "PutObjectVersionTagging"),
  run(tx, input, call): Out<"PutObjectTagging"> {
    const bucket = findBucket(tx, input, call)
    const version = objectVersion(tx, bucket, { ...input, method: "PUT" })
    const { Tagging }: Partial<typeof input> = input
    if (!Tagging) throw malformedXml()
    const tags = tagsOfSet(Tagging.TagSet ?? [])
    updateVersion(tx, version, { ...version, tags })
    objectChanged(tx, { event: "ObjectTagging:Put", bucket, version, call })
    meterRequest(tx, bucket, 1)
    return versionIdOf(bucket.versioning, version)
  },
})

export const GetObjectTagging = op.read("GetObjectTagging", {
  authorize: objectAccess("GetObjectTagging", "GetObjectVersionTagging"),
  anonymous: true,
  run(tx, input, call): Out<"GetObjectTagging"> {
    const bucket = findBucket(tx, input, call)
    const version = taggedVersion(tx, bucket, input)
    return { ...versionIdOf(bucket.versioning, version), TagSet: tagSetOf(version.tags ?? {}) }
  },
})

export const DeleteObjectTagging = op.write("DeleteObjectTagging", {
  authorize: objectAccess("DeleteObjectTagging", "DeleteObjectVersionTagging"),
  run(tx, input, call): Out<"DeleteObjectTagging"> {
    const bucket = findBucket(tx, input, call)
    const version = objectVersion(tx, bucket, { ...input, method: "DELETE" })
    updateVersion(tx, version, { ...version, tags: undefined })
    objectChanged(tx, { event: "ObjectTagging:Delete", bucket, version, call })
    return versionIdOf(bucket.versioning, version)
  },
})

/** Recorded: this refusal alone names the bucket before the key. */
function taggedVersion(tx: ReadTx, bucket: Bucket, input: In<"GetObjectTagging">): Version {
  if (input.VersionId === undefined && !currentVersion(tx, bucket.id, input.Key))
    throw noSuchKey(`${bucket.name}/${input.Key}`)
  return objectVersion(tx, bucket, { ...input, method: "GET" })
}

/** Buckets that were never versioned name no version. */
const versionIdOf = (
  versioning: string | undefined,
  { versionId }: Version,
): { VersionId?: string } => (versioning === undefined ? {} : { VersionId: versionId })

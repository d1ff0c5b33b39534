import { objectAccess } from "../access/access.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type Out } from "../define.ts"
import { objectChanged } from "../objects/changes.ts"
import { updateVersion } from "../objects/store.ts"
import type { Version } from "../objects/version.ts"
import { meterRequest } from "../requests.ts"
import { objectVersion } from "../versions/find-version.ts"
import { tagSetOf, tagsOfSet } from "./object-tags.ts"

export const PutObjectTagging = op.write("PutObjectTagging", {
  authorize: objectAccess("PutObjectTagging", "PutObjectVersionTagging"),
  run(tx, input, call): Out<"PutObjectTagging"> {
    const bucket = findBucket(tx, input, call)
    const version = objectVersion(tx, bucket, { ...input, method: "PUT" })
    const tags = tagsOfSet(input.Tagging?.TagSet ?? [])
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
    const version = objectVersion(tx, bucket, { ...input, method: "GET" })
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

/** Buckets that were never versioned name no version. */
const versionIdOf = (
  versioning: string | undefined,
  { versionId }: Version,
): { VersionId?: string } => (versioning === undefined ? {} : { VersionId: versionId })

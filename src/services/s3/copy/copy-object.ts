import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { objectOwnership } from "../access/acl/new-object.ts"
import { newObjectAccess } from "../access/new-object.ts"
import { toObject } from "../access/access.ts"
import { assertZoneUp } from "../archive/readable.ts"
import { sameBucket, type Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { getBytes, putBytes } from "../bytes/bytes.ts"
import { etagOf } from "../bytes/etag.ts"
import { readRange, type Reading } from "../bytes/read.ts"
import { examine, stageBody, type Received } from "../bytes/receive.ts"
import { writeKey, type WriteKey } from "../bytes/write-key.ts"
import {
  checksumMembers,
  DEFAULT_ALGORITHM,
  namedAlgorithm,
  type Algorithm,
} from "../checksums/checksum.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidRequest, noSuchBucket } from "../errors.ts"
import { toSecond } from "../listing/second.ts"
import { INLINE_BYTES, SINGLE_PUT_BYTES } from "../limits.ts"
import { lockOfWrite } from "../lock/object-lock.ts"
import { objectChanged } from "../objects/changes.ts"
import { assertWrite, checkWriteConditions } from "../objects/conditions.ts"
import { encryptionMembers } from "../objects/describe.ts"
import type { ObjectFacts } from "../objects/new-object.ts"
import { linkStaged } from "../objects/put.ts"
import { addVersion } from "../objects/store.ts"
import { currentVersion, type Content } from "../objects/version.ts"
import { meterRequest } from "../requests.ts"
import { copiedFacts, isIllegalCopy } from "./facts.ts"
import {
  assertCopiable,
  findSource,
  readingOf,
  sourceAccess,
  sourceVersionId,
  tagsOfSource,
  type Source,
} from "./source.ts"

type Input = In<"CopyObject">

/** What is decided before a byte is read. */
interface Plan {
  readonly bucket: Bucket
  readonly source: Source
  readonly facts: ObjectFacts
  readonly key: WriteKey
  readonly algorithm: Algorithm
  readonly reading: Reading
}

export const CopyObject = op.action("CopyObject", {
  authorize: (tx, input, call) => [
    ...newObjectAccess(tx, input, call),
    ...copiedTagsAccess(findBucket(tx, input, call), input, tagsOfSource(tx, input, call)),
    ...sourceAccess(tx, input, call),
  ],
  anonymous: true,
  /** What lies in a row is copied in one commit. */
  begin(tx, input, call): Out<"CopyObject"> | undefined {
    const { version } = findSource(tx, input, call)
    if (version.content && version.content.at !== "row") return undefined
    const plan = planCopy(tx, input, { call, small: version.sizeBytes <= INLINE_BYTES })
    const bytes = version.content
      ? getBytes(tx, version.serial, plan.reading.key)
      : new Uint8Array(0)
    const received = examine(bytes, { checksum: { algorithm: plan.algorithm } })
    const serial = tx.serial()
    if (bytes.length > 0) putBytes(tx, serial, { plain: bytes, key: plan.key.plain })
    const content: Content | undefined = bytes.length > 0 ? { at: "row" } : undefined
    return commit(tx, { plan, received, content, serial, input, call })
  },
  async run(ctx, input, call): Promise<Out<"CopyObject">> {
    const plan = await ctx.write((tx) => planCopy(tx, input, { call, small: false }))
    const received = await stageBody(ctx, {
      body: readRange(ctx, plan.reading),
      claims: { checksum: { algorithm: plan.algorithm } },
      key: plan.key.plain as Uint8Array,
      maxBytes: SINGLE_PUT_BYTES,
    })
    return linkStaged(ctx, received.blob, (tx) => {
      const bucket = sameBucket(tx, plan.bucket)
      if (!bucket) throw noSuchBucket(plan.bucket.name)
      tx.linkBlob(received.blob)
      const content: Content = { at: "blob", blob: received.blob }
      const serial = tx.serial()
      return commit(tx, { plan: { ...plan, bucket }, received, content, serial, input, call })
    })
  },
})

/** Tags that come along are tags that are put. */
const copiedTagsAccess = (bucket: Bucket, input: Input, tags: ObjectFacts["tags"]) =>
  tags && input.TaggingDirective !== "REPLACE" && !input.Tagging
    ? [toObject(bucket, "PutObjectTagging", { key: input.Key })]
    : []

function planCopy(
  tx: WriteTx,
  input: Input,
  { call, small }: { call: Call; small: boolean },
): Plan {
  const bucket = findBucket(tx, input, call)
  checkWriteConditions(input)
  const source = findSource(tx, input, call)
  const { version } = source
  if (isIllegalCopy(bucket, source, input))
    // Recorded.
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without " +
        "changing the object's metadata, storage class, website redirect location or encryption " +
        "attributes.",
    )
  assertCopiable(version.sizeBytes)
  assertWrite(currentVersion(tx, bucket.id, input.Key), input, input.Key)
  lockOfWrite(bucket, input, tx.now)
  assertZoneUp(tx, bucket, input.StorageClass)
  const range = { start: 0, end: version.sizeBytes }
  return {
    ...{ bucket, source, facts: copiedFacts(version, input) },
    key: writeKey(tx, bucket, { input, call, small }),
    // Recorded: a copy keeps its source's algorithm, over the whole object.
    algorithm:
      namedAlgorithm(input.ChecksumAlgorithm) ?? version.checksum?.algorithm ?? DEFAULT_ALGORITHM,
    reading: readingOf(tx, source, { input, call, range }),
  }
}

function commit(
  tx: WriteTx,
  copied: {
    plan: Plan
    received: Received
    content: Content | undefined
    serial: number
    input: Input
    call: Call
  },
): Out<"CopyObject"> {
  const { received, content, serial, input, call } = copied
  const { bucket, source, facts, key } = copied.plan
  assertWrite(currentVersion(tx, bucket.id, input.Key), input, input.Key)
  const lock = lockOfWrite(bucket, input, tx.now)
  const version = addVersion(tx, bucket, {
    ...{ key: input.Key, serial, sizeBytes: received.sizeBytes, etag: etagOf(received.md5, key) },
    ...(content && { content }),
    ...(key.encryption && { encryption: key.encryption }),
    checksum: received.checksum,
    ...facts,
    ...(lock && { lock }),
    ...objectOwnership(tx, bucket, { input, call }),
  })
  objectChanged(tx, { event: "ObjectCreated:Copy", bucket, version, call })
  meterRequest(tx, bucket, 1)
  return {
    CopyObjectResult: {
      ETag: `"${version.etag}"`,
      LastModified: toSecond(version.modifiedMs),
      ...checksumMembers(version.checksum),
    },
    ...sourceVersionId(source.version),
    // Recorded: unlike a PUT, also under suspension.
    ...(bucket.versioning !== undefined && { VersionId: version.versionId }),
    ...encryptionMembers(version, input),
  }
}

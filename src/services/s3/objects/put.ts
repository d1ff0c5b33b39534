import type { ActionContext } from "../../../kernel/action.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { WholeBody } from "../../../protocols/body-text.ts"
import type { Call } from "../../../registry/call.ts"
import { objectOwnership } from "../access/acl/new-object.ts"
import { newObjectAccess } from "../access/new-object.ts"
import { assertZoneUp } from "../archive/readable.ts"
import { sameBucket, type Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { putBytes } from "../bytes/bytes.ts"
import { assertDigest, claimsOf } from "../bytes/claims.ts"
import { etagOf } from "../bytes/etag.ts"
import {
  awaitedChecksum,
  collect,
  examine,
  stageBody,
  type BodyClaims,
  type Received,
} from "../bytes/receive.ts"
import { writeKey, type WriteKey } from "../bytes/write-key.ts"
import { checksumMembers } from "../checksums/checksum.ts"
import { op, type In, type Out } from "../define.ts"
import {
  conditionalConflict,
  headerNotImplemented,
  missingContentLength,
  noSuchBucket,
} from "../errors.ts"
import { INLINE_BYTES, SINGLE_PUT_BYTES } from "../limits.ts"
import { expirationMember } from "../lifecycle/operations.ts"
import type { ObjectLock } from "../lock/retention.ts"
import { lockOfWrite } from "../lock/object-lock.ts"
import { meterRequest } from "../requests.ts"
import { objectChanged } from "./changes.ts"
import { assertWrite, checkWriteConditions } from "./conditions.ts"
import { encryptionMembers } from "./describe.ts"
import { objectFacts, type ObjectFacts } from "./new-object.ts"
import { addVersion } from "./store.ts"
import { IN_ROW } from "./stored-version.ts"
import { currentVersion, type Content, type Version } from "./version.ts"

type Input = In<"PutObject">

/** What is decided before the body is read. */
interface Plan {
  readonly bucket: Bucket
  readonly facts: ObjectFacts
  readonly key: WriteKey
  readonly claims: BodyClaims
  /** What the body would replace. */
  readonly current: Version | undefined
  readonly lock: ObjectLock | undefined
}

export const PutObject = op.action("PutObject", {
  authorize: newObjectAccess,
  anonymous: true,
  /** A small body is one commit with its object. */
  begin(tx, input, call): Out<"PutObject"> | undefined {
    const { Body } = input
    const bytes = Body instanceof WholeBody ? Body.bytes : undefined
    if (!bytes || bytes.length > INLINE_BYTES) return undefined
    return commitSmall(tx, bytes, { plan: planPut(tx, input, { call, small: true }), input, call })
  },
  async run(ctx, input, call): Promise<Out<"PutObject">> {
    if (input.ContentLength === undefined && !(input.Body instanceof WholeBody))
      throw missingContentLength()
    const plan = await ctx.write((tx) => planPut(tx, input, { call, small: awaited(input) }))
    if (awaited(input)) return putAwaited(ctx, plan, { input, call })
    const received = await stageBody(ctx, {
      body: input.Body as AsyncIterable<Uint8Array>,
      claims: plan.claims,
      key: plan.key.plain as Uint8Array,
      maxBytes: SINGLE_PUT_BYTES,
      trailers: call.trailers,
    })
    return linkStaged(ctx, received.blob, (tx) => {
      const now = planAgain(tx, plan, input)
      tx.linkBlob(received.blob)
      const content: Content = { at: "blob", blob: received.blob }
      const serial = tx.serial()
      return commit(tx, { plan: now, received, content, serial, input, call })
    })
  },
})

/** A small body whose sender waits for leave to send it (`Expect: 100-continue`). */
const awaited = ({ Body, ContentLength = INLINE_BYTES + 1 }: Input): boolean =>
  !(Body instanceof WholeBody) && ContentLength <= INLINE_BYTES

/** Reads a small body once it is known that its sender may write it. */
async function putAwaited(
  ctx: ActionContext,
  plan: Plan,
  { input, call }: { input: Input; call: Call },
): Promise<Out<"PutObject">> {
  const bytes = await collect(input.Body as AsyncIterable<Uint8Array>, plan.claims)
  const claims = { ...plan.claims, checksum: awaitedChecksum(plan.claims, call.trailers) }
  return ctx.write((tx) => {
    const now = { ...planAgain(tx, plan, input), claims }
    return commitSmall(tx, bytes, { plan: now, input, call })
  })
}

function commitSmall(
  tx: WriteTx,
  bytes: Uint8Array,
  { plan, input, call }: { plan: Plan; input: Input; call: Call },
): Out<"PutObject"> {
  const received = examine(bytes, plan.claims)
  const serial = tx.serial()
  if (bytes.length > 0) putBytes(tx, serial, { plain: bytes, key: plan.key.plain })
  const content = bytes.length > 0 ? IN_ROW : undefined
  return commit(tx, { plan, received, content, serial, input, call })
}

/** Commits what links a staged blob; a blob that nothing came to link is removed at once. */
export async function linkStaged<T>(
  ctx: ActionContext,
  blob: string,
  link: (tx: WriteTx) => T,
): Promise<T> {
  let done = false
  try {
    return await ctx.write((tx) => {
      const result = link(tx)
      done = true
      return result
    })
  } catch (error) {
    // After `done` the commit itself failed: whether it took place is not known. It is swept if not.
    if (!done) await ctx.blobs.remove(blob)
    throw error
  }
}

function planPut(tx: WriteTx, input: Input, { call, small }: { call: Call; small: boolean }): Plan {
  const bucket = findBucket(tx, input, call)
  const facts = objectFacts(input, call.operation === "PostObject")
  checkWriteConditions(input)
  // "PutObject": appending is for directory buckets. That it is refused so is not verified.
  if (input.WriteOffsetBytes !== undefined) throw headerNotImplemented("x-amz-write-offset-bytes")
  const claims = claimsOf(input, call)
  const current = currentVersion(tx, bucket.id, input.Key)
  assertWrite(current, input, input.Key)
  const lock = lockOfWrite(bucket, input, tx.now)
  if (lock) assertDigest(claims, call, "Object")
  assertZoneUp(tx, bucket, facts.storageClass)
  const key = writeKey(tx, bucket, { input, call, small })
  return { bucket, facts, claims, key, current, lock }
}

/** What was decided of bucket and object before the body came, decided anew. */
function planAgain(tx: WriteTx, plan: Plan, input: Input): Plan {
  const bucket = sameBucket(tx, plan.bucket)
  if (!bucket) throw noSuchBucket(plan.bucket.name)
  const current = currentVersion(tx, bucket.id, input.Key)
  // "Conditional writes": what it was to replace went while the body came.
  if (input.IfMatch !== undefined && current?.serial !== plan.current?.serial)
    throw conditionalConflict("If-Match", input.Key)
  assertWrite(current, input, input.Key)
  return { ...plan, bucket, current, lock: lockOfWrite(bucket, input, tx.now) }
}

function commit(
  tx: WriteTx,
  {
    plan: { bucket, facts, key, lock },
    received,
    content,
    serial,
    input,
    call,
  }: {
    plan: Plan
    received: Received
    content: Content | undefined
    serial: number
    input: Input
    call: Call
  },
): Out<"PutObject"> {
  const version = addVersion(tx, bucket, {
    ...facts,
    key: input.Key,
    serial,
    sizeBytes: received.sizeBytes,
    etag: etagOf(received.md5, key),
    content,
    encryption: key.encryption,
    checksum: received.checksum,
    lock,
    ...objectOwnership(tx, bucket, { input, call }),
  })
  const event = call.operation === "PostObject" ? "ObjectCreated:Post" : "ObjectCreated:Put"
  objectChanged(tx, { event, bucket, version, call })
  meterRequest(tx, bucket, 1)
  return putAnswer(bucket, version, input)
}

/** What every write of an object answers. */
const putAnswer = (bucket: Bucket, version: Version, input: Input): Out<"PutObject"> => ({
  ...encryptionMembers(version, input),
  ...checksumMembers(version.checksum),
  ETag: `"${version.etag}"`,
  ...(bucket.versioning === "Enabled" && { VersionId: version.versionId }),
  ...expirationMember(bucket, version),
})

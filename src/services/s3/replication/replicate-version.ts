import type { ActionContext } from "../../../kernel/action.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { BlobNotFoundError } from "../../../kernel/blobs/blobs.ts"
import { unchecked } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { assertReadable, assertZoneUp } from "../archive/readable.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { isLocked } from "../lock/retention.ts"
import { notify } from "../notifications/notify.ts"
import { removeVersion, updateVersion } from "../objects/store.ts"
import { NULL_VERSION, versionWithId, type Version } from "../objects/version.ts"
import { meterRequest } from "../requests.ts"
import { assertMayRead, assertMayWrite, mayReadTags } from "./access.ts"
import {
  blobsOf,
  copyBlobs,
  linkCopies,
  meterTransfer,
  removeBlobs,
  type CopiedBlobs,
} from "./bytes.ts"
import { inner } from "./define.ts"
import { destinationBucket, type Destination } from "./destination.ts"
import { encryptionKeys, openSourceKey, replicaEncryption } from "./encryption.ts"
import { ReplicationFailure } from "./failure.ts"
import { insertReplica, serialFor } from "./place.ts"
import { changedFacts, followingFacts, lastingFacts } from "./replica.ts"
import type { Replicated } from "./run.ts"
import { isArchived } from "./selection.ts"
import { findTask, subjectOf, type ReplicationTask, type TaskKey } from "./task.ts"

/**
 * Brings one version to one destination, with the rights of the role in which it is called. A
 * version that is there already gets what has changed; so it does no harm to run twice.
 */
export const ReplicateVersion = inner.action("ReplicateVersion", {
  authorize: unchecked("asks for each of its steps, and tells which of them is refused"),
  async run(ctx, input, call): Promise<Replicated> {
    try {
      const ids = await ctx.write((tx) => prepare(tx, input, call))
      const copies = await copyBlobs(ctx, ids)
      await linked(ctx, copies, (tx) => bring(tx, input, { call, copies }))
      return {}
    } catch (error) {
      if (error instanceof ReplicationFailure) return { failure: error.reason }
      // Its version went while it was read.
      if (error instanceof BlobNotFoundError) return { failure: "SrcVersionNotFound" }
      // In an archive tier of INTELLIGENT_TIERING.
      if (error instanceof AwsError && error.code === "InvalidObjectState")
        return { failure: "SrcObjectNotEligible" }
      throw error
    }
  },
})

/** Commits what links the copies; those that nothing came to link are removed at once. */
async function linked(
  ctx: ActionContext,
  copies: CopiedBlobs,
  link: (tx: WriteTx) => boolean,
): Promise<void> {
  let used: boolean | undefined
  try {
    await ctx.write((tx) => {
      used = link(tx)
    })
  } finally {
    if (!used) await removeBlobs(ctx, copies)
  }
}

/** All that a step looks at. */
interface Ground {
  readonly task: ReplicationTask
  readonly source: Bucket
  readonly version: Version
  readonly destination: Bucket
  readonly rule: Destination
  /** The replica, where it is there already. */
  readonly there: Version | undefined
}

/** Throws ReplicationFailure for what can be told before anybody is asked. */
function survey(tx: WriteTx, key: TaskKey): Ground {
  const task = findTask(tx, key)
  const subject = task && subjectOf(tx, task)
  if (!subject) throw new ReplicationFailure("SrcVersionNotFound")
  const { source, version } = subject
  const rules = source.config.replication?.rules
  const rule = rules?.find(({ ID }) => ID === task.rule)?.Destination
  if (!rule) throw new ReplicationFailure("SrcBucketReplicationConfigMissing")
  const destination = destinationBucket(tx, source.partition, { Bucket: task.destination })
  if (!destination) throw new ReplicationFailure("DstBucketNotFound")
  if (destination.versioning !== "Enabled") throw new ReplicationFailure("DstBucketUnversioned")
  if (source.config.objectLock && !destination.config.objectLock)
    throw new ReplicationFailure("DstBucketObjectLockConfigMissing")
  if (isArchived(version)) throw new ReplicationFailure("SrcObjectNotEligible")
  const { key: name, versionId } = version
  const found = versionWithId(tx, { bucket: destination.id, key: name, versionId })
  const there = found && isCopyOf(found, version) ? found : undefined
  if (!there && task.change) throw new ReplicationFailure("DstVersionNotFound")
  return { task, source, version, destination, rule, there }
}

/** All versions but `null` have ids of their own. */
const isCopyOf = (one: Version, { versionId, serial, replication }: Version): boolean =>
  versionId !== NULL_VERSION || one.replication?.of === serial || replication?.of === one.serial

/** What KMS and policies say at the source, and the blobs that are to be copied. */
function prepare(tx: WriteTx, key: TaskKey, call: Call): readonly string[] {
  const { source, version, there, rule, destination } = survey(tx, key)
  assertMayRead(tx, call, source, version)
  assertZoneUp(tx, destination, rule.StorageClass ?? version.storageClass)
  if (there || version.marker) return []
  assertReadable(tx, source, version)
  return blobsOf(tx, version)
}

/** Makes the replica, or changes it; true where the copies are used. */
function bring(
  tx: WriteTx,
  key: TaskKey,
  { call, copies }: { call: Call; copies: CopiedBlobs },
): boolean {
  const ground = survey(tx, key)
  const { source, version, destination, rule, there } = ground
  const mayTag = version.tags !== undefined && mayReadTags(tx, call, source, version)
  assertMayWrite(tx, call, destination, {
    key: version.key,
    marker: version.marker === true,
    tagged: mayTag,
    overridesOwner: rule.AccessControlTranslation !== undefined,
    context: there ? undefined : encryptionKeys(version, rule),
  })
  const following = followingFacts(tx, { source, destination, rule, version, tagged: mayTag })
  meterRequest(tx, destination, 1)
  if (there) {
    updateVersion(tx, there, { ...there, ...changedFacts(ground, there, following) })
    return false
  }
  create(tx, ground, { call, copies, following })
  return copies.size > 0
}

function create(
  tx: WriteTx,
  { task, source, version, destination, rule }: Ground,
  {
    call,
    copies,
    following,
  }: { call: Call; copies: CopiedBlobs; following: ReturnType<typeof followingFacts> },
): void {
  const plain = openSourceKey(tx, version, call)
  const encryption = replicaEncryption(tx, destination, {
    ...{ version, plain, rule },
    call: inRegion(call, destination.region),
  })
  makeRoom(tx, destination, version)
  const facts = {
    ...lastingFacts(version, rule),
    ...{ bucket: destination.id, ...following },
    ...(encryption && { encryption }),
    // From here on its storage is paid for.
    classSinceMs: tx.now,
    replication: { status: "REPLICA", of: version.serial } as const,
  }
  const serial = serialFor(tx, facts)
  const sealed = version.encryption === undefined
  const content = linkCopies(tx, version, { to: serial, copies, sealed })
  const replica: Version = { ...facts, serial, ...(content && { content }) }
  insertReplica(tx, replica)
  meterTransfer(tx, { source, destination, timed: task.timed === true }, version.sizeBytes)
  // Not by way of objectChanged: replicas are not replicated further.
  const event = version.marker ? "ObjectRemoved:DeleteMarkerCreated" : "ObjectCreated:Put"
  notify(tx, { event, bucket: destination, version: replica })
}

/** A version `null` replaces the destination's own, as a PUT of it would. */
function makeRoom(tx: WriteTx, destination: Bucket, { key, versionId }: Version): void {
  const other = versionWithId(tx, { bucket: destination.id, key, versionId })
  if (!other) return
  if (isLocked(other.lock, { nowMs: tx.now, bypass: false }))
    throw new ReplicationFailure("DstPutObjectNotPermitted")
  removeVersion(tx, destination, other)
}

/** A call whose services are asked in another Region. */
const inRegion = (call: Call, region: string): Call => ({
  ...call,
  region,
  within: (tx, asked) => call.within(tx, { region, ...asked }),
})

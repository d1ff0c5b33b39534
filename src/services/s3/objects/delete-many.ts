import { AwsError } from "../../../protocols/aws-error.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { unchecked } from "../../../registry/authorize.ts"
import { overRate } from "../access/rates/rate.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type In, type Out } from "../define.ts"
import { malformedXml } from "../errors.ts"
import { DELETE_KEYS } from "../limits.ts"
import { logBatchDelete } from "../logging/own-work.ts"
import { assertBypassMakesSense } from "../lock/object-lock.ts"
import { notify } from "../notifications/notify.ts"
import { needsMfa, spendOwnerMfa } from "../versions/mfa-delete.ts"
import { assertDelete, assertDirectoryDelete } from "./conditions.ts"
import { deleteOne } from "./delete.ts"
import { assertKey } from "./new-object.ts"
import { currentVersion, NULL_VERSION } from "./version.ts"

type Input = In<"DeleteObjects">
type Identifier = Input["Delete"]["Objects"][number]
type Answer = Out<"DeleteObjects">
type Done = NonNullable<Answer["Deleted"]>[number]
type Failed = NonNullable<Answer["Errors"]>[number]

export const DeleteObjects = op.write("DeleteObjects", {
  authorize: unchecked("asks for s3:DeleteObject of each key, and answers for each"),
  anonymous: true,
  run(tx, input, call): Answer {
    const bucket = findBucket(tx, input, call)
    // A document may lack what the model requires.
    const request: Partial<Input["Delete"]> | undefined = input.Delete
    const Objects = request?.Objects ?? []
    if (Objects.length === 0 || Objects.length > DELETE_KEYS) throw malformedXml()
    if (Objects.some((one: Partial<Identifier>) => !one.Key)) throw malformedXml()
    // Recorded: one key that is too long, and nothing is deleted.
    for (const { Key } of Objects) assertKey(Key)
    assertBypassMakesSense(bucket, input)
    if (needsMfa(bucket) && Objects.some(({ VersionId }) => VersionId !== undefined))
      spendOwnerMfa(tx, { bucket, call, mfa: input.MFA })
    const deleted: Done[] = []
    const errors: Failed[] = []
    for (const object of Objects) {
      // A directory bucket is asked for once, with the request.
      const refused = bucket.zone === undefined && refusalOf(tx, object, { input, call })
      const result =
        overRate(tx, bucket, { kind: "write", key: object.Key }) ||
        refused ||
        attempt(tx, bucket, { object, input, call })
      if (result instanceof AwsError) errors.push(failed(object, result))
      else deleted.push(result)
      logBatchDelete(tx, bucket, { key: object.Key, call, ...outcome(object, result) })
    }
    return {
      ...(!request?.Quiet && { Deleted: deleted }),
      ...(errors.length > 0 && { Errors: errors }),
    }
  },
})

interface Request {
  readonly input: Input
  readonly call: Call
}

/** Each key is asked for as its own DeleteObject would ask. */
function refusalOf(
  tx: WriteTx,
  { Key, VersionId }: Identifier,
  { input, call }: Request,
): AwsError | undefined {
  const { Bucket, BypassGovernanceRetention, RequestPayer } = input
  return call.refusal(tx, {
    service: "s3",
    operation: "DeleteObject",
    input: { Bucket, Key, VersionId, BypassGovernanceRetention, RequestPayer },
  })
}

/** Every error is thrown before anything is changed: what fails leaves nothing half done. */
function attempt(
  tx: WriteTx,
  bucket: Bucket,
  { object, input, call }: Request & { readonly object: Identifier },
): Done | AwsError {
  const { Key: key, VersionId: versionId, ETag } = object
  try {
    if (ETag !== undefined) assertDelete(currentVersion(tx, bucket.id, key), { IfMatch: ETag }, key)
    if (bucket.zone !== undefined) {
      const { LastModifiedTime: IfMatchLastModifiedTime, Size: IfMatchSize } = object
      const conditions = { IfMatchLastModifiedTime, IfMatchSize }
      assertDirectoryDelete(currentVersion(tx, bucket.id, key), conditions)
    }
    const bypass = input.BypassGovernanceRetention === true
    if (versionId === undefined && bucket.versioning === undefined)
      tellMissing(tx, bucket, { key, call })
    const done = deleteOne(tx, bucket, { key, versionId, call, bypass })
    return {
      Key: key,
      ...(versionId !== undefined && { VersionId: versionId }),
      ...(done.DeleteMarker && { DeleteMarker: true, DeleteMarkerVersionId: done.VersionId }),
    }
  } catch (error) {
    if (error instanceof AwsError) return error
    throw error
  }
}

/** Recorded: events tell of every key of a batch, though nothing was there. */
function tellMissing(
  tx: WriteTx,
  bucket: Bucket,
  { key, call }: { key: string; call: Call },
): void {
  if (!bucket.config.notifications || currentVersion(tx, bucket.id, key)) return
  const nothing = { serial: tx.serial(), modifiedMs: tx.now, sizeBytes: 0, etag: "" }
  const version = { bucket: bucket.id, key, versionId: NULL_VERSION, ...nothing }
  notify(tx, { event: "ObjectRemoved:Delete", bucket, version, call })
}

/** As the log tells it. */
const outcome = ({ VersionId }: Identifier, result: Done | AwsError) =>
  result instanceof AwsError
    ? { versionId: VersionId, errorCode: result.code, status: result.options.status ?? 400 }
    : { versionId: result.DeleteMarkerVersionId ?? VersionId, status: 204 }

function failed({ Key, VersionId }: Identifier, { code, message }: AwsError): Failed {
  const which = { Key, ...(VersionId !== undefined && { VersionId }) }
  // Recorded: here an id that never was one is of a version that is not there.
  if (code === "InvalidArgument" && VersionId !== undefined)
    return { ...which, Code: "NoSuchVersion", Message: "The specified version does not exist." }
  return { ...which, Code: code, Message: message }
}

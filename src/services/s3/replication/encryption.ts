import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { openDataKey, sealDataKey, type Encryption } from "../bytes/encryption.ts"
import { kmsEncryption, objectContext, openKmsKey, wrapWithKms } from "../bytes/kms-key.ts"
import type { Version } from "../objects/version.ts"
import { kmsFailure } from "./access.ts"
import type { Destination } from "./destination.ts"
import { ReplicationFailure } from "./failure.ts"

/** The key of an object's bytes, opened at the source; undefined where nothing is to be opened. */
export function openSourceKey(tx: WriteTx, version: Version, call: Call): Uint8Array | undefined {
  const { encryption } = version
  if (encryption?.key === undefined) return undefined
  if (encryption.type === "AES256") return openDataKey(tx, version.bucket, encryption.key)
  try {
    return openKmsKey(tx, encryption, call)
  } catch (error) {
    throw kmsFailure(error, "Src")
  }
}

interface Replica {
  readonly version: Version
  readonly plain: Uint8Array | undefined
  readonly rule: Destination
  /** Acts in the destination's Region. */
  readonly call: Call
}

/**
 * How a replica is encrypted: in its source's manner ("Default bucket encryption … and replication"),
 * under the rule's KMS key.
 */
export function replicaEncryption(
  tx: WriteTx,
  bucket: Bucket,
  { version, plain, rule, call }: Replica,
): Encryption | undefined {
  const { encryption } = version
  if (!encryption) return undefined
  if (encryption.type === "SSE-C") {
    // "BlockedEncryptionTypes": replication with a customer's key is refused, too.
    if (bucket.config.encryption?.customerKeysBlocked)
      throw new ReplicationFailure("DstPutObjectNotPermitted")
    return encryption
  }
  if (!plain) throw new Error("an object's key that was not opened")
  if (encryption.type === "AES256")
    return { type: "AES256", key: sealDataKey(tx, bucket.id, plain) }
  const keyId = rule.EncryptionConfiguration?.ReplicaKmsKeyID
  if (!keyId) throw new ReplicationFailure("SrcObjectNotEligible")
  const bucketKey = encryption.type === "aws:kms" && bucket.config.encryption?.bucketKey === true
  const context = objectContext(bucket, version.key, bucketKey)
  try {
    const wrapped = wrapWithKms(tx, bucket, { plain, keyId, context, call })
    return kmsEncryption(encryption.type, wrapped, { context, bucketKey })
  } catch (error) {
    throw kmsFailure(error, "Dst")
  }
}

/** What `s3:ReplicateObject` may be conditional on. */
export function encryptionKeys(
  { encryption }: Version,
  rule: Destination,
): Readonly<Record<string, string>> {
  const header = "s3:x-amz-server-side-encryption"
  if (encryption?.type === "SSE-C") return { [`${header}-customer-algorithm`]: "AES256" }
  const keyId = rule.EncryptionConfiguration?.ReplicaKmsKeyID
  return {
    [header]: encryption?.type ?? "AES256",
    ...(encryption?.kmsKey !== undefined && keyId && { [`${header}-aws-kms-key-id`]: keyId }),
  }
}

import type { WriteTx } from "../../../kernel/transaction.ts"
import { objectAccess } from "../access/access.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type In, type Out } from "../define.ts"
import { accessDenied, invalidRequest, malformedXml } from "../errors.ts"
import { isLocked } from "../lock/retention.ts"
import { updateVersion } from "../objects/store.ts"
import type { Version } from "../objects/version.ts"
import { meterRequest } from "../requests.ts"
import { objectVersion } from "../versions/find-version.ts"
import { dropBytes, getBytes, putBytes } from "./bytes.ts"
import { kmsEncryption, objectContext, wrapWithKms } from "./kms-key.ts"
import { readKey } from "./read-key.ts"

const KEY_BYTES = 32

/** The object's own key is wrapped anew; its bytes stay where they are ("UpdateObjectEncryption"). */
export const UpdateObjectEncryption = op.write("UpdateObjectEncryption", {
  authorize(tx, input, call) {
    const asked = objectAccess("UpdateObjectEncryption")(tx, input, call)
    return { ...asked, context: { ...asked.context, ...encryptionKeys(input) } }
  },
  run(tx, input, call): Out<"UpdateObjectEncryption"> {
    const bucket = findBucket(tx, input, call)
    const version = objectVersion(tx, bucket, { ...input, method: "PUT" })
    const wanted = input.ObjectEncryption?.SSEKMS
    if (!wanted?.KMSKeyArn) throw malformedXml()
    assertKeyArn(bucket, wanted.KMSKeyArn)
    assertUpdatable(version)
    if (isLocked(version.lock, { nowMs: tx.now, bypass: false }))
      // Documented; AWS goes on to say how to take the lock off.
      throw accessDenied(
        "The encryption type for the specified object can’t be updated because that object is " +
          "protected by S3 Object Lock.",
      )
    const plain = readKey(tx, version, { input: {}, call }) ?? keyed(tx, version)
    const bucketKey = wanted.BucketKeyEnabled === true
    const context = objectContext(bucket, version.key, bucketKey)
    const wrapped = wrapWithKms(tx, bucket, { plain, keyId: wanted.KMSKeyArn, context, call })
    updateVersion(tx, version, {
      ...version,
      encryption: kmsEncryption("aws:kms", wrapped, { context, bucketKey }),
    })
    meterRequest(tx, bucket, 1)
    return {}
  },
})

function encryptionKeys({ ObjectEncryption }: In<"UpdateObjectEncryption">) {
  const keyArn = ObjectEncryption?.SSEKMS?.KMSKeyArn
  if (keyArn === undefined) return {}
  return {
    "s3:x-amz-server-side-encryption": "aws:kms",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": keyArn,
  }
}

/** Documented, words included. */
function assertUpdatable({ encryption }: Version): void {
  if (encryption?.type === "aws:kms:dsse" || encryption?.type === "SSE-C")
    throw invalidRequest(
      "The UpdateObjectEncryption operation doesn't support source objects with the encryption " +
        "type DSSE-KMS or SSE-C. Only source objects encrypted with SSE-S3 or SSE-KMS are supported.",
    )
}

/** Documented, words included. */
function assertKeyArn({ account }: Bucket, arn: string): void {
  const owner = /^arn:aws[-a-z0-9]*:kms:[-a-z0-9]*:(\d{12}):key\/.+$/.exec(arn)?.[1]
  if (owner === undefined)
    throw invalidRequest(
      "Requests that modify an object's encryption type to SSE-KMS require a valid AWS KMS key " +
        "Amazon Resource Name (ARN). Confirm that you have a correctly formatted KMS key ARN in " +
        "your request, and then try again.",
    )
  if (owner !== account)
    throw accessDenied(
      "The AWS KMS key in the request must be owned by the same account as the bucket. Modify the " +
        "request to specify a KMS key from the same account, and then try again.",
    )
}

/** A body whose key lies beside it gets one that lies with its version. */
function keyed(tx: WriteTx, { serial, content }: Version): Uint8Array {
  const key = tx.random("s3/data-key").bytes(KEY_BYTES)
  if (content?.at !== "row") return key
  const plain = getBytes(tx, serial, undefined)
  dropBytes(tx, serial)
  putBytes(tx, serial, { plain, key })
  return key
}

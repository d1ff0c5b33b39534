import { objectOwnership } from "../access/acl/new-object.ts"
import { assertZoneUp } from "../archive/readable.ts"
import { findBucket } from "../buckets/find.ts"
import { writeKey } from "../bytes/write-key.ts"
import { namedAlgorithm, type Algorithm } from "../checksums/checksum.ts"
import { op, type In, type Out } from "../define.ts"
import { lockOfWrite } from "../lock/object-lock.ts"
import { encryptionMembers } from "../objects/describe.ts"
import { objectFacts } from "../objects/new-object.ts"
import { currentVersion } from "../objects/version.ts"
import { meterRequest } from "../requests.ts"
import { newObjectAccess } from "../access/new-object.ts"
import { isCombined } from "./crc-combine.ts"
import { typeNotOfAlgorithm, typeWithoutAlgorithm } from "./errors.ts"
import { initiatorOf } from "./initiator.ts"
import { checksumType, newUploadId, uploads, type UploadChecksum } from "./upload.ts"

export const CreateMultipartUpload = op.write("CreateMultipartUpload", {
  authorize: newObjectAccess,
  anonymous: true,
  run(tx, input, call): Out<"CreateMultipartUpload"> {
    const bucket = findBucket(tx, input, call)
    const facts = objectFacts(input)
    const checksum = checksumOfUpload(input)
    assertZoneUp(tx, bucket, facts.storageClass)
    const lock = lockHeaders(input)
    lockOfWrite(bucket, lock, tx.now)
    const { encryption } = writeKey(tx, bucket, { input, call, small: false })
    if (!encryption) throw new Error("an upload without a key")
    const serial = tx.serial()
    const there = currentVersion(tx, bucket.id, input.Key)
    const uploadId = newUploadId(tx, serial, input.Key)
    tx.insert(uploads, {
      ...{ bucket: bucket.id, key: input.Key, serial, uploadId, initiatedMs: tx.now },
      ...{ initiator: initiatorOf(call), encryption, facts, lock },
      ownership: objectOwnership(tx, bucket, { input, call }),
      ...(checksum && { checksum }),
      replaces: there !== undefined && !there.marker,
    })
    meterRequest(tx, bucket, 1)
    return {
      Bucket: bucket.name,
      Key: input.Key,
      UploadId: uploadId,
      ...encryptionMembers({ encryption }, input),
      ...(checksum && { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type }),
    }
  },
})

/** Recorded: CRC64NVME is of whole objects only, hashes of parts only, other CRCs of parts if not asked. */
function checksumOfUpload(input: In<"CreateMultipartUpload">): UploadChecksum | undefined {
  const type = checksumType(input.ChecksumType)
  const algorithm = namedAlgorithm(input.ChecksumAlgorithm)
  if (algorithm === undefined) {
    if (type !== undefined) throw typeWithoutAlgorithm()
    return undefined
  }
  const chosen = type ?? (algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE")
  if (!isPossible(chosen, algorithm)) throw typeNotOfAlgorithm(chosen, algorithm)
  return { algorithm, type: chosen }
}

function isPossible(type: UploadChecksum["type"], algorithm: Algorithm): boolean {
  if (type === "FULL_OBJECT") return isCombined(algorithm)
  return type === "COMPOSITE" && algorithm !== "CRC64NVME"
}

const lockHeaders = (input: In<"CreateMultipartUpload">) => ({
  ObjectLockMode: input.ObjectLockMode,
  ObjectLockRetainUntilDate: input.ObjectLockRetainUntilDate,
  ObjectLockLegalHoldStatus: input.ObjectLockLegalHoldStatus,
})

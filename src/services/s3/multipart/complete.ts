import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { objectAccess } from "../access/access.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { segments } from "../bytes/segments.ts"
import {
  ALGORITHMS,
  assertKnownChecksums,
  checksumMembers,
  headerOf,
  isChecksum,
  memberOf,
  type Algorithm,
} from "../checksums/checksum.ts"
import { op, type In, type Out } from "../define.ts"
import {
  conditionalConflict,
  invalidHeader,
  multipleChecksums,
  noSuchKey,
  preconditionFailed,
  refuseEncryption,
} from "../errors.ts"
import { lockOfWrite } from "../lock/object-lock.ts"
import { objectChanged } from "../objects/changes.ts"
import { checkWriteConditions, matches } from "../objects/conditions.ts"
import { encryptionMembers } from "../objects/describe.ts"
import { addVersion } from "../objects/store.ts"
import { currentVersion, type Version } from "../objects/version.ts"
import { meterRequest } from "../requests.ts"
import {
  assemble,
  assertList,
  bareEtag,
  etagOfParts,
  type Assembled,
  type PartList,
} from "./assemble.ts"
import { badObjectChecksum, noSuchUpload, otherChecksumType, otherSize } from "./errors.ts"
import { checksumType, dropUpload, maybeUpload, parts, type Upload } from "./upload.ts"

type Input = In<"CompleteMultipartUpload">

export const CompleteMultipartUpload = op.write("CompleteMultipartUpload", {
  authorize: objectAccess("PutObject"),
  anonymous: true,
  run(tx, input, call): Out<"CompleteMultipartUpload"> {
    const bucket = findBucket(tx, input, call)
    refuseEncryption(input)
    const list = { parts: input.MultipartUpload?.Parts ?? [], uploadId: input.UploadId }
    checkWriteConditions(input)
    const claim = claimOfWhole(input, call)
    const upload = maybeUpload(tx, bucket, input)
    if (!upload) return answer(bucket, completedBefore(tx, bucket, { input, list }), call)
    assertList(list)
    assertType(upload, input)
    const assembled = assemble(tx, upload, list)
    assertWhole(upload, assembled, { input, claim })
    assertConditions(currentVersion(tx, bucket.id, input.Key), upload, input)
    const version = keepObject(tx, bucket, { upload, assembled })
    objectChanged(tx, {
      ...{ event: "ObjectCreated:CompleteMultipartUpload", bucket, version, call },
    })
    meterRequest(tx, bucket, 1)
    return answer(bucket, tellable(version, upload), call)
  },
})

/**
 * The object that the upload became, where a request is sent again whose answer was lost: as long
 * as nothing has replaced it. Throws NoSuchUpload.
 */
function completedBefore(
  tx: WriteTx,
  bucket: Bucket,
  { input, list }: { input: Input; list: PartList },
): Version {
  const current = currentVersion(tx, bucket.id, input.Key)
  const etags = list.parts.map((part) => bareEtag(part.ETag))
  if (
    current?.uploadId === input.UploadId &&
    (bucket.zone !== undefined || current.etag === `${etagOfParts(etags)}-${etags.length}`)
  )
    return current
  throw noSuchUpload(input.UploadId)
}

function assertType({ checksum }: Upload, { ChecksumType }: Input): void {
  const type = checksumType(ChecksumType)
  if (type !== undefined && type !== checksum?.type) throw otherChecksumType(checksum?.type)
}

/** A checksum of the whole object, as a header says it. */
interface Claim {
  readonly algorithm: Algorithm
  readonly value: string
}

/** Of parts a checksum may have their number behind it. Throws InvalidRequest. */
function claimOfWhole(input: Input, { wire }: Call): Claim | undefined {
  if (wire) assertKnownChecksums(wire.headers)
  let claim: Claim | undefined
  for (const algorithm of ALGORITHMS) {
    const value = input[memberOf(algorithm)]
    if (value === undefined) continue
    if (claim) throw multipleChecksums()
    claim = { algorithm, value }
  }
  if (!claim) return undefined
  const { algorithm, value } = claim
  const bare = algorithm === "CRC64NVME" ? value : value.replace(NUMBER_OF_PARTS, "")
  if (!isChecksum(algorithm, bare)) throw invalidHeader(headerOf(algorithm))
  return claim
}

const NUMBER_OF_PARTS = /-\d+$/

/** The size and checksum that the request says of the whole object. Texts recorded. */
function assertWhole(
  { checksum: asked }: Upload,
  assembled: Assembled,
  { input, claim }: { readonly input: Input; readonly claim: Claim | undefined },
): void {
  const { MpuObjectSize: size } = input
  if (size !== undefined && size !== assembled.sizeBytes) throw otherSize(size, assembled.sizeBytes)
  if (!claim) return
  if (!assembled.checksum) throw badObjectChecksum(claim.algorithm)
  const { algorithm, value } = assembled.checksum
  // Recorded: an upload without an algorithm does not look at others.
  if (!asked && claim.algorithm !== algorithm) return
  // Recorded: the checksum of a whole object counts only where the request says that it is one.
  const typed = asked?.type !== "FULL_OBJECT" || checksumType(input.ChecksumType) === "FULL_OBJECT"
  const fits = claim.value === value || claim.value === value.replace(NUMBER_OF_PARTS, "")
  if (claim.algorithm !== algorithm || !typed || !fits) throw badObjectChecksum(algorithm)
}

/**
 * Conditional completion (recorded): as for other writes, and what changed the key since the upload
 * began is a conflict.
 */
function assertConditions(
  current: Version | undefined,
  upload: Upload,
  { IfMatch, IfNoneMatch, Key }: Input,
): void {
  const there = current && !current.marker ? current : undefined
  if (IfNoneMatch !== undefined) {
    if (there) throw preconditionFailed("If-None-Match")
    if (upload.replaces) throw conditionalConflict("If-None-Match", Key)
  }
  if (IfMatch === undefined) return
  if (!there) throw noSuchKey(Key)
  if (!matches(there.etag, IfMatch)) throw preconditionFailed("If-Match")
  if (there.serial > upload.serial) throw conditionalConflict("If-Match", Key)
}

/** The parts become the object's segments where they lie: no byte of them is moved. */
function keepObject(
  tx: WriteTx,
  bucket: Bucket,
  { upload, assembled }: { upload: Upload; assembled: Assembled },
): Version {
  const serial = tx.serial()
  for (const [at, part] of assembled.parts.entries()) {
    const { blob, nonce, sizeBytes, etag, number, checksum } = part
    const { checksum: whole } = assembled
    tx.insert(segments, {
      ...{ version: serial, part: at + 1, partNumber: number, sizeBytes, etag, blob, nonce },
      // Recorded: only parts of composite checksums tell theirs.
      ...(whole?.composite && { checksum: { algorithm: whole.algorithm, value: checksum } }),
    })
    tx.remove(parts, part)
  }
  dropUpload(tx, upload)
  const lock = lockOfWrite(bucket, upload.lock ?? {}, tx.now)
  return addVersion(tx, bucket, {
    ...{ key: upload.key, serial, sizeBytes: assembled.sizeBytes, etag: assembled.etag },
    content: { at: "parts", parts: assembled.parts.length },
    ...{ encryption: upload.encryption, checksum: assembled.checksum, uploadId: upload.uploadId },
    ...upload.facts,
    ...(lock && { lock }),
    ...upload.ownership,
  })
}

/** Recorded: under a key of KMS the answer has the checksum only where the upload had an algorithm. */
const tellable = (version: Version, { checksum, encryption }: Upload): Version =>
  checksum || !encryption?.type.startsWith("aws:kms")
    ? version
    : { ...version, checksum: undefined }

function answer(
  bucket: Bucket,
  version: Version,
  { endpoint }: Call,
): Out<"CompleteMultipartUpload"> {
  // Of a customer's key the answer says nothing.
  const { SSECustomerAlgorithm: _, SSECustomerKeyMD5: __, ...sse } = encryptionMembers(version)
  return {
    Location: `${endpoint}/${bucket.name}/${encodeURIComponent(version.key)}`,
    Bucket: bucket.name,
    Key: version.key,
    ETag: `"${version.etag}"`,
    ...(bucket.versioning === "Enabled" && { VersionId: version.versionId }),
    ...sse,
    ...checksumMembers(version.checksum),
  }
}

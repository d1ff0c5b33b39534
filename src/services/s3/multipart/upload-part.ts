import type { WriteTx } from "../../../kernel/transaction.ts"
import { WholeBody } from "../../../protocols/body-text.ts"
import { methodNotAllowed } from "../../../protocols/errors/method-not-allowed.ts"
import type { Call } from "../../../registry/call.ts"
import { objectAccess } from "../access/access.ts"
import { assertZoneUp } from "../archive/readable.ts"
import { sameBucket, type Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { assertDigest, claimsOf } from "../bytes/claims.ts"
import { etagOf, hiddenEtag } from "../bytes/etag.ts"
import { stageBody, type BodyClaims, type Received } from "../bytes/receive.ts"
import type { CustomerKeyInput } from "../bytes/customer-key.ts"
import { DEFAULT_ALGORITHM, memberOf } from "../checksums/checksum.ts"
import { op, type In, type Out } from "../define.ts"
import { missingContentLength, noSuchBucket, refuseEncryption } from "../errors.ts"
import { hasLockHeaders } from "../lock/retention.ts"
import { encryptionMembers } from "../objects/describe.ts"
import { linkStaged } from "../objects/put.ts"
import { meterRequest } from "../requests.ts"
import { badPartNumber, noSuchUpload, otherAlgorithm, partOfNoUpload } from "./errors.ts"
import { partKey } from "./part-key.ts"
import {
  findUpload,
  MOST_PART_BYTES,
  MOST_PARTS,
  parts,
  uploads,
  type Part,
  type Upload,
} from "./upload.ts"

export const UploadPart = op.action("UploadPart", {
  authorize: objectAccess("PutObject"),
  anonymous: true,
  async run(ctx, input, call): Promise<Out<"UploadPart">> {
    if (input.ContentLength === undefined && !(input.Body instanceof WholeBody))
      throw missingContentLength()
    const plan = await ctx.write((tx) => {
      const part = planPart(tx, input, call)
      return { ...part, claims: claimsOfPart(part, input, call) }
    })
    const { upload } = plan
    const received = await stageBody(ctx, {
      body: input.Body as AsyncIterable<Uint8Array>,
      claims: plan.claims,
      key: plan.key,
      nonce: Buffer.from(plan.nonce, "hex"),
      maxBytes: MOST_PART_BYTES,
      also: algorithmOf(upload),
      trailers: call.trailers,
    })
    const part = await linkStaged(ctx, received.blob, (tx) =>
      keepPart(tx, plan, { ...received, number: input.PartNumber }),
    )
    return {
      ETag: `"${part.etag}"`,
      ...encryptionMembers(upload, input),
      [memberOf(received.checksum.algorithm)]: received.checksum.value,
    }
  },
})

/** What is known of a part before its bytes. */
export interface PartPlan {
  readonly bucket: Bucket
  readonly upload: Upload
  readonly key: Uint8Array
  /** 16 hexadecimal digits. */
  readonly nonce: string
}

type PartInput = Pick<In<"UploadPart">, "Bucket" | "Key" | "UploadId" | "PartNumber"> &
  CustomerKeyInput & { readonly ServerSideEncryption?: string | undefined }

export function planPart(tx: WriteTx, input: PartInput, call: Call): PartPlan {
  const bucket = findBucket(tx, input, call)
  refuseEncryption(input)
  const number = partNumberOf(input)
  if (!(number >= 1 && number <= MOST_PARTS)) throw badPartNumber(number)
  const upload = findUpload(tx, bucket, input)
  assertZoneUp(tx, bucket, upload.facts.storageClass)
  const key = partKey(tx, upload, { input, call })
  return { bucket, upload, key, nonce: tx.random("s3/nonce").hex(16) }
}

/** The address must have both (texts as of tests that AWS passes). */
function partNumberOf({ UploadId, PartNumber }: Partial<PartInput>): number {
  if (UploadId === undefined) throw partOfNoUpload()
  if (PartNumber === undefined) throw methodNotAllowed("PUT", "UPLOAD")
  return PartNumber
}

/** The checksum that completing the upload will need of each part. */
export const algorithmOf = ({ checksum }: Upload) => checksum?.algorithm ?? DEFAULT_ALGORITHM

function claimsOfPart(
  { bucket, upload }: PartPlan,
  input: In<"UploadPart">,
  call: Call,
): BodyClaims {
  const claims = { ...claimsOf(input, call), isPart: true }
  if (bucket.config.objectLock?.retention || hasLockHeaders(upload.lock ?? {}))
    assertDigest(claims, call, "Part")
  return withAlgorithm(claims, upload)
}

/**
 * A part without a checksum of its own gets one of its upload's algorithm where that is of the whole
 * object; where it is of the parts each must have one (as users quote it).
 */
function withAlgorithm(claims: BodyClaims, { checksum }: Upload): BodyClaims {
  if (!checksum) return claims
  if (claims.checksum) {
    if (checksum.algorithm !== claims.checksum.algorithm)
      throw otherAlgorithm(checksum.algorithm, claims.checksum.algorithm)
    return claims
  }
  if (checksum.type === "COMPOSITE") throw otherAlgorithm(checksum.algorithm)
  return { ...claims, checksum: { algorithm: checksum.algorithm } }
}

/** Writes the row of a part; an earlier one of its number goes. Throws NoSuchUpload. */
export function keepPart(
  tx: WriteTx,
  { bucket, upload, key, nonce }: PartPlan,
  received: Received & { readonly blob: string; readonly number: number },
): Part {
  if (!sameBucket(tx, bucket)) throw noSuchBucket(bucket.name)
  // It may have been completed or aborted meanwhile.
  if (!tx.get(uploads, [upload.bucket, upload.key, upload.serial]))
    throw noSuchUpload(upload.uploadId)
  const { number, blob, sizeBytes, md5, also } = received
  const old = tx.get(parts, [upload.serial, number])
  if (old?.blob !== undefined) tx.unlinkBlob(old.blob)
  tx.linkBlob(blob)
  const written = { encryption: upload.encryption, plain: key }
  const part: Part = {
    ...{ upload: upload.serial, number, blob, nonce, sizeBytes, modifiedMs: tx.now },
    etag: bucket.zone === undefined ? etagOf(md5, written) : hiddenEtag(md5, key),
    checksum: also ?? received.checksum.value,
  }
  tx.put(parts, part)
  meterRequest(tx, bucket, 1)
  return part
}

import type { ActionContext } from "../../../../kernel/action.ts"
import type { WriteTx } from "../../../../kernel/transaction.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import { WholeBody } from "../../../../protocols/body-text.ts"
import type { Call } from "../../../../registry/call.ts"
import type { ActionOperation, Operation } from "../../../../registry/operation.ts"
import { getBytes, putBytes } from "../../bytes/bytes.ts"
import { newDataKey, type Encryption } from "../../bytes/encryption.ts"
import { claimsOf } from "../../bytes/claims.ts"
import { readKey } from "../../bytes/read-key.ts"
import { stageBody, type BodyClaims, type Received } from "../../bytes/receive.ts"
import { MOST_PARTS, segments, type SegmentRow } from "../../bytes/segments.ts"
import {
  checksumOf,
  DEFAULT_ALGORITHM,
  memberOf,
  type StoredChecksum,
} from "../../checksums/checksum.ts"
import type { Bucket } from "../bucket.ts"
import type { In, Out } from "../../define.ts"
import { invalidRequest, missingContentLength } from "../../errors.ts"
import { SINGLE_PUT_BYTES } from "../../limits.ts"
import { combineCrcs, isCombined } from "../../multipart/crc-combine.ts"
import { assertWrite, checkWriteConditions } from "../../objects/conditions.ts"
import { encryptionMembers } from "../../objects/describe.ts"
import { linkStaged } from "../../objects/put.ts"
import { growVersion } from "../../objects/store.ts"
import { currentVersion, type Version } from "../../objects/version.ts"
import { meterRequest } from "../../requests.ts"
import { assertUp, findDirectory } from "./access.ts"
import { assertDefaultEncryption } from "./encryption.ts"
import { invalidWriteOffset, tooManyParts } from "./errors.ts"
import { refuseMembers } from "./refuse.ts"

type Input = In<"PutObject">
type Output = Out<"PutObject">

/**
 * PutObject with a write offset adds to what is there ("Appending data to objects in directory
 * buckets"): each addition is a part of the object, behind those that it has.
 */
export function appending(put: Operation<Input, Output>): ActionOperation<Input, Output> {
  if (put.kind !== "action") throw new Error("PutObject is an action")
  return Object.freeze({
    ...put,
    begin: (tx: WriteTx, input: Input, call: Call) =>
      offsetOf(tx, input, call) === undefined
        ? put.begin?.(tx, { ...input, WriteOffsetBytes: undefined }, call)
        : undefined,
    async run(ctx: ActionContext, input: Input, call: Call): Promise<Output> {
      if ((await ctx.read((tx) => offsetOf(tx, input, call))) !== undefined)
        return append(ctx, input, call)
      return put.run(ctx, { ...input, WriteOffsetBytes: undefined }, call)
    },
  })
}

/** "If no object exists, setting this header to 0 will create a new object." */
function offsetOf(tx: Parameters<typeof currentVersion>[0], input: Input, call: Call) {
  const { WriteOffsetBytes: offset, Key } = input
  if (offset === undefined) return undefined
  const there = currentVersion(tx, findDirectory(tx, input, call).id, Key)
  if (there) return offset
  if (offset !== 0) throw invalidWriteOffset()
  return undefined
}

/** What is decided before the body is read. */
interface Plan {
  readonly bucket: Bucket
  readonly version: Version
  readonly claims: BodyClaims
  readonly key: Uint8Array
  /** Absent: the version has it already. */
  readonly encryption?: Encryption
  readonly nonce: string
}

async function append(ctx: ActionContext, input: Input, call: Call): Promise<Output> {
  if (input.ContentLength === undefined && !(input.Body instanceof WholeBody))
    throw missingContentLength()
  const plan = await ctx.write((tx) => planAppend(tx, input, call))
  const received = await stageBody(ctx, {
    body: input.Body as AsyncIterable<Uint8Array>,
    claims: plan.claims,
    key: plan.key,
    nonce: Buffer.from(plan.nonce, "hex"),
    maxBytes: SINGLE_PUT_BYTES,
    trailers: call.trailers,
  })
  return linkStaged(ctx, received.blob, (tx) => {
    assertChecksum(plan.version, received)
    tx.linkBlob(received.blob)
    return commit(tx, plan, { received, input })
  })
}

function planAppend(tx: WriteTx, input: Input, call: Call): Plan {
  const bucket = findDirectory(tx, input, call)
  assertUp(tx, bucket)
  refuseMembers(input)
  assertDefaultEncryption(bucket, input)
  checkWriteConditions(input)
  const version = assertGrows(tx, bucket, input)
  const sizeBytes = input.Body instanceof WholeBody ? input.Body.bytes.length : input.ContentLength
  // The words of these are documented of PutObject's InvalidRequest.
  if (!sizeBytes)
    throw invalidRequest("Request body cannot be empty when 'write offset' is specified.")
  if (Object.keys(input.Metadata ?? {}).length > 0)
    throw invalidRequest(
      "Cannot specify both a write offset value and user-defined object metadata for existing objects.",
    )
  const { algorithm = "AES256" } = bucket.config.encryption ?? {}
  if (algorithm !== (version.encryption?.type ?? "AES256")) throw encryptionMismatch()
  const given = claimsOf(input, call)
  const claim = given.checksum
  const known = version.checksum?.algorithm ?? DEFAULT_ALGORITHM
  const claims = { ...given, checksum: claim ?? { algorithm: known } }
  if (claim && claim.algorithm !== known) throw otherChecksum(known, claim.algorithm)
  const nonce = tx.random("s3/nonce").hex(16)
  const key = readKey(tx, version, { input: {}, call })
  if (key) return { bucket, version, claims, key, nonce }
  const { plain, sealed } = newDataKey(tx, bucket.id)
  return { bucket, version, claims, key: plain, encryption: { type: "AES256", key: sealed }, nonce }
}

/** The object as it is now, if the request may add to it. */
function assertGrows(tx: WriteTx, { id }: Bucket, input: Input): Version {
  const version = currentVersion(tx, id, input.Key)
  assertWrite(version, input, input.Key)
  if (!version || version.sizeBytes !== input.WriteOffsetBytes) throw invalidWriteOffset()
  const parts = version.content?.at === "parts" ? version.content.parts : 1
  if (parts >= MOST_PARTS) throw tooManyParts()
  return version
}

function commit(
  tx: WriteTx,
  { bucket, version: planned, key, encryption, nonce }: Plan,
  { received, input }: { received: Received & { readonly blob: string }; input: Input },
): Output {
  const version = assertGrows(tx, bucket, input)
  // It was written anew while the body came.
  if (version.serial !== planned.serial || version.etag !== planned.etag) throw invalidWriteOffset()
  const before = segmentsBefore(tx, version, encryption && key)
  const { sizeBytes, blob, checksum } = received
  const part = before.length + 1
  tx.insert(segments, {
    ...{ version: version.serial, part, partNumber: part, sizeBytes, blob, nonce },
    ...{ etag: tx.random("s3/etag").hex(32), checksum },
  })
  const grown = growVersion(tx, bucket, version, {
    ...version,
    sizeBytes: version.sizeBytes + sizeBytes,
    content: { at: "parts", parts: part },
    checksum: grownChecksum(version, before, received),
    ...(encryption && { encryption }),
  })
  meterRequest(tx, bucket, 1)
  return {
    ETag: `"${grown.etag}"`,
    Size: grown.sizeBytes,
    ...encryptionMembers(grown),
    // The part's own.
    [memberOf(checksum.algorithm)]: checksum.value,
  }
}

/** The runs of bytes that the object has, as parts; a small body gets the key that all will have. */
function segmentsBefore(
  tx: WriteTx,
  { serial, sizeBytes, content, checksum, etag }: Version,
  newKey: Uint8Array | undefined,
): readonly SegmentRow[] {
  if (!content) return []
  if (content.at === "parts") return tx.scan(segments, { prefix: [serial], limit: MOST_PARTS }).rows
  const common = { version: serial, part: 1, partNumber: 1, sizeBytes, etag, checksum }
  if (content.at === "blob") return [inserted(tx, { ...common, blob: content.blob })]
  if (!newKey) return [inserted(tx, { ...common, row: serial })]
  const row = tx.serial()
  putBytes(tx, row, { plain: getBytes(tx, serial, undefined), key: newKey })
  return [inserted(tx, { ...common, row })]
}

function inserted(tx: WriteTx, row: SegmentRow): SegmentRow {
  tx.insert(segments, row)
  return row
}

/**
 * "If you use the CRC … you can retrieve full object CRC-based checksums"; of the other algorithms
 * only the parts have theirs, and the object one of these.
 */
function grownChecksum(
  { checksum: old, sizeBytes }: Version,
  before: readonly SegmentRow[],
  { checksum: { algorithm, value }, sizeBytes: added }: Received,
): StoredChecksum {
  const bytes = (base64: string): Buffer => Buffer.from(base64, "base64")
  if (isCombined(algorithm) && !old?.composite) {
    const parts = [
      ...(old ? [{ crc: bytes(old.value), sizeBytes }] : []),
      { crc: bytes(value), sizeBytes: added },
    ]
    return { algorithm, value: combineCrcs(algorithm, parts).toString("base64") }
  }
  const all = [...before.map(({ checksum }) => bytes(checksum?.value ?? "")), bytes(value)]
  const whole = checksumOf(algorithm, Buffer.concat(all))
  return { algorithm, value: `${whole}-${all.length}`, composite: true }
}

function assertChecksum({ checksum: old }: Version, { checksum }: Received): void {
  if (old && old.algorithm !== checksum.algorithm)
    throw otherChecksum(old.algorithm, checksum.algorithm)
}

/** Documented of PutObject's InvalidRequest. */
const otherChecksum = (expected: string, actual: string): AwsError =>
  invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual ` +
      `checksum Type: ${actual.toLowerCase()}.`,
  )

/** Documented of exceptions of PutObject. */
const encryptionMismatch = (): AwsError =>
  new AwsError(
    "EncryptionTypeMismatch",
    "The existing object was created with a different encryption type. Subsequent write requests " +
      "must include the appropriate encryption parameters in the request or while creating the " +
      "session.",
    { status: 400 },
  )

import { hash } from "node:crypto"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Bucket } from "../buckets/bucket.ts"
import type { Encryption } from "../bytes/encryption.ts"
import type { Segment } from "../bytes/segments.ts"
import type { Algorithm } from "../checksums/checksum.ts"
import type { LockHeaders } from "../lock/retention.ts"
import type { ObjectFacts } from "../objects/new-object.ts"
import type { Version } from "../objects/version.ts"
import { invalidHeader } from "../errors.ts"
import { noSuchUpload } from "./errors.ts"

/** A multipart upload that has not come to its end. */
export interface Upload {
  /** The bucket's own id. */
  readonly bucket: number
  readonly key: string
  /** Uploads of one key are listed in the order of their beginning. */
  readonly serial: number
  readonly uploadId: string
  readonly initiatedMs: number
  readonly initiator: Initiator
  readonly checksum?: UploadChecksum | undefined
  readonly encryption: Encryption
  /** What the object will be. */
  readonly facts: ObjectFacts
  readonly lock?: LockHeaders | undefined
  readonly ownership: Pick<Version, "owner" | "acl">
  /** Whether the key had an object when the upload began: see conditions of completing it. */
  readonly replaces: boolean
}

export interface Initiator {
  /** A canonical user id, or a user's or role session's ARN. */
  readonly id: string
  readonly name?: string | undefined
}

export interface UploadChecksum {
  readonly algorithm: Algorithm
  readonly type: "COMPOSITE" | "FULL_OBJECT"
}

/** What a header says of a checksum's type, in any case of letters. Throws InvalidRequest. */
export function checksumType(given: string | undefined): UploadChecksum["type"] | undefined {
  const type = given?.toUpperCase()
  if (type === undefined || type === "COMPOSITE" || type === "FULL_OBJECT") return type
  throw invalidHeader("x-amz-checksum-type")
}

/** A part that has been uploaded; the last one of a number counts. */
export interface Part extends Segment {
  /** The upload's serial. */
  readonly upload: number
  readonly number: number
  readonly modifiedMs: number
  readonly etag: string
  /** In the upload's algorithm, else in S3's own; base64. */
  readonly checksum: string
}

export const uploads = table<Upload>("s3/upload", {
  key: (upload) => [upload.bucket, upload.key, upload.serial],
})

export const parts = table<Part>("s3/part", { key: (part) => [part.upload, part.number] })

// Recorded ids have 128 characters; nothing is said of them but that they are opaque.
const ID_LENGTH = 128
const TAG_LENGTH = 8
const SERIAL_LENGTH = 11
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._"

/** What ids of one key begin with: markers of lists outlive their uploads. */
const tagOf = (key: string): string => hash("md5", key).slice(0, TAG_LENGTH)

/** A new id. Its end is the upload's serial, so that the row is found without an index. */
export const newUploadId = (tx: WriteTx, serial: number, key: string): string =>
  tagOf(key) +
  tx.random("s3/upload-id").string(ID_LENGTH - TAG_LENGTH - SERIAL_LENGTH, ALPHABET) +
  serial.toString(36).padStart(SERIAL_LENGTH, "0")

/** Whether an id was given to an upload of that key. */
export const isIdOf = (uploadId: string, key: string): boolean =>
  uploadId.startsWith(tagOf(key)) && Number.isSafeInteger(serialOf(uploadId))

/** The serial that an id of ours ends with; NaN of others. */
export const serialOf = (uploadId: string): number =>
  uploadId.length === ID_LENGTH ? Number.parseInt(uploadId.slice(-SERIAL_LENGTH), 36) : Number.NaN

export interface WantedUpload {
  readonly Key: string
  readonly UploadId: string
}

export function maybeUpload(
  tx: ReadTx,
  { id: bucket }: Pick<Bucket, "id">,
  { Key: key, UploadId: uploadId }: WantedUpload,
): Upload | undefined {
  const serial = serialOf(uploadId)
  if (!Number.isSafeInteger(serial)) return undefined
  const upload = tx.get(uploads, [bucket, key, serial])
  return upload?.uploadId === uploadId ? upload : undefined
}

/** The upload of that id and key. Throws NoSuchUpload. */
export function findUpload(tx: ReadTx, bucket: Pick<Bucket, "id">, wanted: WantedUpload): Upload {
  const upload = maybeUpload(tx, bucket, wanted)
  if (!upload) throw noSuchUpload(wanted.UploadId)
  return upload
}

/** Takes an upload away together with what was uploaded of it. */
export function dropUpload(tx: WriteTx, upload: Upload): void {
  const { rows } = tx.scan(parts, { prefix: [upload.serial], limit: MOST_PARTS })
  for (const part of rows) {
    if (part.blob !== undefined) tx.unlinkBlob(part.blob)
    tx.remove(parts, part)
  }
  tx.remove(uploads, upload)
}

/** "Amazon S3 multipart upload limits". */
export const MOST_PARTS = 10_000
export const LEAST_PART_BYTES = 5 * 1024 ** 2
export const MOST_PART_BYTES = 5 * 1024 ** 3

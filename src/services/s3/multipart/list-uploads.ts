import type { ReadTx } from "../../../kernel/transaction.ts"
import { bucketAccess } from "../access/access.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidArgument } from "../errors.ts"
import { encoder, maxKeys } from "../listing/input.ts"
import { KeyReader } from "../listing/key-reader.ts"
import { toSecond } from "../listing/second.ts"
import { isBefore } from "../listing/text.ts"
import { fillPage, startAfter, type Listed } from "../listing/walk.ts"
import { uploadMembers } from "./list-parts.ts"
import { isIdOf, serialOf, uploads, type Upload } from "./upload.ts"

type Input = In<"ListMultipartUploads">

export const ListMultipartUploads = op.read("ListMultipartUploads", {
  authorize: bucketAccess("ListBucketMultipartUploads"),
  anonymous: true,
  run(tx, input, call): Out<"ListMultipartUploads"> {
    const bucket = findBucket(tx, input, call)
    const encode = encoder(input.EncodingType)
    const most = maxKeys(input.MaxUploads, "max-uploads")
    const { rows, prefixes, next } = pageOf(tx, bucket, { input, most })
    // Recorded: the markers are of the last upload, whether or not there is more.
    const last = rows.at(-1)
    return {
      Bucket: bucket.name,
      KeyMarker: encode(input.KeyMarker ?? ""),
      // Recorded: what is ignored is not told.
      UploadIdMarker: (input.KeyMarker && input.UploadIdMarker) || "",
      ...(input.Prefix !== undefined && { Prefix: encode(input.Prefix) }),
      ...(input.Delimiter !== undefined && { Delimiter: encode(input.Delimiter) }),
      NextKeyMarker: last ? encode(last.key) : "",
      NextUploadIdMarker: last?.uploadId ?? "",
      MaxUploads: most,
      IsTruncated: next !== undefined,
      ...(input.EncodingType !== undefined && { EncodingType: "url" }),
      Uploads: rows.map((upload) => ({
        Key: encode(upload.key),
        UploadId: upload.uploadId,
        Initiated: toSecond(upload.initiatedMs),
        ...uploadMembers(upload, bucket.account),
      })),
      CommonPrefixes: prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    }
  },
})

function pageOf(
  tx: ReadTx,
  { id: bucket }: Bucket,
  { input, most }: { input: Input; most: number },
): Listed<Upload> {
  const prefix = input.Prefix ?? ""
  const wanted = { prefix, delimiter: input.Delimiter, most }
  const from = startOf(input)
  if (from === undefined || most === 0) return { rows: [], prefixes: [], next: undefined }
  return fillPage(new KeyReader(tx, uploads, { bucket, prefix, from }), wanted, () => true)
}

/** Where a page begins; undefined behind the last key that there can be. */
function startOf(input: Input): readonly [string, ...number[]] | undefined {
  const { Prefix: prefix = "", Delimiter: delimiter } = input
  const { KeyMarker: key, UploadIdMarker: uploadId } = input
  // "If key-marker is not specified, the upload-id-marker parameter is ignored."
  if (!key) return [prefix]
  if (uploadId) {
    if (!isIdOf(uploadId, key)) throw invalidMarker(uploadId)
    if (!isBefore(key, prefix)) return [key, serialOf(uploadId) + 1]
  }
  const start = startAfter(key, { prefix, delimiter })
  return start === undefined ? undefined : [start]
}

/** Recorded. */
const invalidMarker = (uploadId: string) =>
  invalidArgument("Invalid uploadId marker", "upload-id-marker", uploadId)

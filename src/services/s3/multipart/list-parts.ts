import { findBucket } from "../buckets/find.ts"
import { memberOf } from "../checksums/checksum.ts"
import { op, type Out } from "../define.ts"
import { maxKeys } from "../listing/input.ts"
import { toSecond } from "../listing/second.ts"
import { ownerOf } from "../owner.ts"
import { uploadAccess } from "./initiator.ts"
import { findUpload, parts, type Part, type Upload } from "./upload.ts"

export const ListParts = op.read("ListParts", {
  authorize: uploadAccess("ListMultipartUploadParts"),
  anonymous: true,
  run(tx, input, call): Out<"ListParts"> {
    const bucket = findBucket(tx, input, call)
    const upload = findUpload(tx, bucket, input)
    const most = maxKeys(input.MaxParts, "max-parts")
    const marker = input.PartNumberMarker ?? 0
    const range = { prefix: [upload.serial], from: [marker + 1] }
    const { rows, next } =
      most === 0 ? { rows: [], next: undefined } : tx.scan(parts, { ...range, limit: most })
    return {
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.uploadId,
      PartNumberMarker: marker,
      // Recorded: 0 where there is none.
      NextPartNumberMarker: rows.at(-1)?.number ?? 0,
      MaxParts: most,
      IsTruncated: next !== undefined,
      Parts: rows.map((part) => partMember(upload, part)),
      ...uploadMembers(upload, bucket.account),
    }
  },
})

const partMember = ({ checksum }: Upload, part: Part) => ({
  PartNumber: part.number,
  LastModified: toSecond(part.modifiedMs),
  ETag: `"${part.etag}"`,
  Size: part.sizeBytes,
  // Recorded: none where the upload has no algorithm.
  ...(checksum && { [memberOf(checksum.algorithm)]: part.checksum }),
})

/** What lists tell of an upload. */
export const uploadMembers = (
  { initiator, facts, checksum, ownership }: Upload,
  bucketOwner: string,
) => ({
  Initiator: {
    ID: initiator.id,
    ...(initiator.name !== undefined && { DisplayName: initiator.name }),
  },
  // Whose object it will be.
  Owner: ownerOf(ownership.owner ?? bucketOwner),
  StorageClass: facts.storageClass ?? "STANDARD",
  ...(checksum && { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type }),
})

import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { readAccess, type OnObject } from "../access/access.ts"
import { findBucket } from "../buckets/find.ts"
import { assertMayDescribe } from "../bytes/read-key.ts"
import { segments, type SegmentRow } from "../bytes/segments.ts"
import { checksumMembers, type StoredChecksum } from "../checksums/checksum.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidArgument, invalidRequest } from "../errors.ts"
import { meterRequest } from "../requests.ts"
import { ZONAL_CLASS } from "./store.ts"
import type { Version } from "./version.ts"
import { wantedVersion } from "./wanted.ts"

type Answer = Out<"GetObjectAttributes">

const ATTRIBUTES: ReadonlySet<string> = Object.freeze(
  new Set(["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]),
)
const PARTS = 1_000

export const GetObjectAttributes = op.write("GetObjectAttributes", {
  authorize: access,
  anonymous: true,
  run(tx, input, call): Answer {
    const bucket = findBucket(tx, input, call)
    const version = wantedVersion(tx, bucket, { ...input, method: "GET" })
    const asked = attributesOf(input)
    assertMayDescribe(version, { input, call })
    meterRequest(tx, bucket, 2)
    const { checksum } = version
    return {
      LastModified: version.modifiedMs,
      ...(bucket.versioning !== undefined && { VersionId: version.versionId }),
      ...(asked.has("ETag") && { ETag: version.etag }),
      ...(asked.has("Checksum") && checksum && { Checksum: wholeChecksum(checksum) }),
      ...(asked.has("ObjectParts") &&
        version.content?.at === "parts" && { ObjectParts: partsOf(tx, version, input) }),
      ...(asked.has("StorageClass") && { StorageClass: version.storageClass ?? "STANDARD" }),
      ...(asked.has("ObjectSize") && { ObjectSize: version.sizeBytes }),
    }
  },
})

/** Recorded: that of parts is told without their number here, as nowhere else. */
const wholeChecksum = (checksum: StoredChecksum): Answer["Checksum"] =>
  checksumMembers({ ...checksum, value: checksum.value.replace(/-\d+$/, "") })

/** GetObject and GetObjectAttributes, of the version where one is named ("GetObjectAttributes"). */
function access(tx: ReadTx, input: OnObject, call: Call): readonly AccessRequest[] {
  const [object] = readAccess("GetObject", "GetObjectVersion")(tx, input, call)
  if (!object?.action.startsWith("s3:GetObject")) return object ? [object] : []
  const named = input.VersionId !== undefined
  const action = named ? "s3:GetObjectVersionAttributes" : "s3:GetObjectAttributes"
  return [object, { ...object, action }]
}

/** The names of the header are recorded; the words for none are those of tests that AWS passes. */
function attributesOf(input: Partial<In<"GetObjectAttributes">>): ReadonlySet<string> {
  const names = input.ObjectAttributes ?? []
  if (names.every((name) => name === ""))
    throw invalidRequest(
      "The x-amz-object-attributes header specifying the attributes to be retrieved is either " +
        "missing or empty",
    )
  const unknown = names.find((name) => !ATTRIBUTES.has(name))
  if (unknown !== undefined)
    throw invalidArgument("Invalid attribute name specified.", "x-amz-object-attributes", unknown)
  return new Set(names)
}

/** Parts one by one only where they have checksums of their own (recorded). */
function partsOf(
  tx: ReadTx,
  { serial, content, checksum, storageClass }: Version,
  { MaxParts, PartNumberMarker }: In<"GetObjectAttributes">,
): Answer["ObjectParts"] {
  const TotalPartsCount = content?.at === "parts" ? content.parts : 0
  // Documented: of directory buckets all parts are told.
  if (!checksum?.composite && storageClass !== ZONAL_CLASS) return { TotalPartsCount }
  const after = PartNumberMarker ?? 0
  const most = Math.min(MaxParts ?? PARTS, PARTS)
  const rows = tx
    .scan(segments, { prefix: [serial], limit: TotalPartsCount })
    .rows.filter(({ partNumber }) => partNumber > after)
  const shown = rows.slice(0, most)
  return {
    TotalPartsCount,
    PartNumberMarker: after,
    MaxParts: most,
    IsTruncated: rows.length > shown.length,
    NextPartNumberMarker: shown.at(-1)?.partNumber ?? 0,
    Parts: shown.map(partEntry),
  }
}

function partEntry({ partNumber, sizeBytes, checksum }: SegmentRow) {
  const { ChecksumType: _, ...members } = checksumMembers(checksum)
  return { PartNumber: partNumber, Size: sizeBytes, ...members }
}

import type { In } from "../../define.ts"
import { invalidArgument } from "../../errors.ts"
import { AbortMultipartUpload } from "../../multipart/abort.ts"
import { CompleteMultipartUpload } from "../../multipart/complete.ts"
import { CreateMultipartUpload } from "../../multipart/create.ts"
import { encoder } from "../../listing/input.ts"
import { invalidPartOrder } from "../../multipart/errors.ts"
import { ListParts } from "../../multipart/list-parts.ts"
import { ListMultipartUploads } from "../../multipart/list-uploads.ts"
import { findUpload } from "../../multipart/upload.ts"
import { UploadPart } from "../../multipart/upload-part.ts"
import { preconditionFailed } from "../../errors.ts"
import { ZONAL_CLASS } from "../../objects/store.ts"
import { canonicalId } from "../../owner.ts"
import { findDirectory } from "./access.ts"
import { assertContentEncoding } from "./copies.ts"
import { assertDirectoryPrefix } from "./listing.ts"
import { plain, written } from "./objects.ts"
import { refuseMembers } from "./refuse.ts"
import { zonal } from "./zonal.ts"

export const CreateDirectoryUpload = zonal(CreateMultipartUpload, {
  mode: "ReadWrite",
  prepare(tx, input, call) {
    assertContentEncoding(input)
    return written(tx, input, call)
  },
})

export const UploadDirectoryPart = zonal(UploadPart, { mode: "ReadWrite", prepare: plain })

export const CompleteDirectoryUpload = zonal(CompleteMultipartUpload, {
  mode: "ReadWrite",
  prepare(tx, input, call) {
    const prepared = plain(tx, input, call)
    // "… the PartNumber must start at 1 and the part numbers must be consecutive."
    const parts = input.MultipartUpload?.Parts ?? []
    if (parts.some(({ PartNumber }, at) => PartNumber !== at + 1))
      throw invalidPartOrder(input.UploadId)
    return prepared
  },
})

const SECOND_MS = 1_000

export const AbortDirectoryUpload = zonal(AbortMultipartUpload, {
  mode: "ReadWrite",
  prepare(tx, input, call) {
    const prepared = plain(tx, input, call)
    const bucket = findDirectory(tx, prepared, call)
    const { IfMatchInitiatedTime: timeMs } = input
    if (timeMs === undefined) return prepared
    const { initiatedMs } = findUpload(tx, bucket, input)
    if (Math.floor(initiatedMs / SECOND_MS) !== Math.floor(timeMs / SECOND_MS))
      throw preconditionFailed("x-amz-if-match-initiated-time")
    return prepared
  },
})

interface Initiated {
  readonly Initiator?: { readonly ID?: string | undefined } | undefined
}

/** "If the principal is an Amazon Web Services account, it provides the … account ID." */
function told({ Initiator }: Initiated, account: string) {
  const { ID } = Initiator ?? {}
  const who = ID === canonicalId(account) ? account : ID
  return { Initiator: { ID: who }, StorageClass: ZONAL_CLASS }
}

export const ListDirectoryParts = zonal(ListParts, {
  mode: "ReadOnly",
  prepare: plain,
  tell: (output, { account }) => ({ ...output, ...told(output, account) }),
})

/** "… key-marker is obfuscated and isn't a real object key": the key and the upload's id in one. */
const markerOf = (key: string, uploadId: string): string =>
  Buffer.from(JSON.stringify([key, uploadId])).toString("base64url")

function placeOfMarker(
  marker: string,
): Pick<In<"ListMultipartUploads">, "KeyMarker" | "UploadIdMarker"> {
  try {
    const [KeyMarker, UploadIdMarker] = JSON.parse(
      Buffer.from(marker, "base64url").toString(),
    ) as string[]
    if (typeof KeyMarker === "string" && typeof UploadIdMarker === "string")
      return { KeyMarker, UploadIdMarker }
  } catch {
    // It is none of ours.
  }
  throw invalidArgument("The key marker provided is incorrect", "key-marker", marker)
}

export const ListDirectoryUploads = zonal(ListMultipartUploads, {
  mode: "ReadOnly",
  prepare(tx, input, call) {
    const { Bucket } = plain(tx, input, call)
    refuseMembers({ UploadIdMarker: input.UploadIdMarker })
    assertDirectoryPrefix(input)
    const { KeyMarker } = input
    // Markers are made of keys as they are; `tell` encodes what is told.
    return { ...input, Bucket, EncodingType: undefined, ...(KeyMarker && placeOfMarker(KeyMarker)) }
  },
  tell({ UploadIdMarker, NextUploadIdMarker = "", ...output }, { account }, { EncodingType }) {
    const { KeyMarker = "", NextKeyMarker = "", Uploads = [], CommonPrefixes = [] } = output
    const encode = encoder(EncodingType)
    return {
      ...output,
      KeyMarker: KeyMarker === "" ? "" : markerOf(KeyMarker, UploadIdMarker ?? ""),
      NextKeyMarker: NextKeyMarker === "" ? "" : markerOf(NextKeyMarker, NextUploadIdMarker),
      ...(output.Prefix !== undefined && { Prefix: encode(output.Prefix) }),
      ...(output.Delimiter !== undefined && { Delimiter: encode(output.Delimiter) }),
      ...(EncodingType !== undefined && { EncodingType }),
      Uploads: Uploads.map(({ Key = "", ...upload }) => ({
        ...{ Key: encode(Key), ...upload, ...told(upload, account) },
      })),
      CommonPrefixes: CommonPrefixes.map(({ Prefix = "" }) => ({ Prefix: encode(Prefix) })),
    }
  },
})

import { parts, type Part } from "../archive/archive.ts"
import { onVault } from "../access.ts"
import { op, type Out } from "../define.ts"
import { invalid } from "../errors.ts"
import { serialOf } from "../identity.ts"
import { PAGE } from "../limits.ts"
import { pageSize } from "../paging.ts"
import { isoTime } from "../time.ts"
import { findVault, vaultArn } from "../vault/vault.ts"
import { findUpload, uploads, type Upload } from "./upload.ts"

export const ListMultipartUploads = op.read("ListMultipartUploads", {
  authorize: onVault,
  run(tx, input, call): Out<"ListMultipartUploads"> {
    const vault = findVault(tx, input, call)
    const limit = pageSize(input.limit, PAGE)
    const { marker } = input
    const start = marker === undefined ? 0 : serialOf("upload", vault.id, marker)
    if (start === undefined) throw invalid(`Invalid marker: ${marker}`)
    const range = { index: "open", prefix: [vault.id], from: [start] }
    const { rows } = tx.scan(uploads, { ...range, limit: limit + 1 })
    const next = rows[limit]
    const VaultARN = vaultArn(vault)
    return {
      UploadsList: rows.slice(0, limit).map((upload) => ({
        MultipartUploadId: upload.id,
        ...{ VaultARN, ...facts(upload) },
      })),
      ...(next && { Marker: next.id }),
    }
  },
})

export const ListParts = op.read("ListParts", {
  authorize: onVault,
  run(tx, input, call): Out<"ListParts"> {
    const vault = findVault(tx, input, call)
    const upload = findUpload(tx, vault, input)
    const limit = pageSize(input.limit, PAGE)
    const { marker } = input
    if (marker !== undefined && !/^\d{1,15}$/.test(marker))
      throw invalid(`Invalid marker: ${marker}`)
    const start = Math.ceil(Number(marker ?? 0) / upload.partBytes)
    const range = { prefix: [upload.serial], from: [start] }
    const { rows } = tx.scan(parts, { ...range, limit: limit + 1 })
    const next = rows[limit]
    return {
      ...{ MultipartUploadId: upload.id, VaultARN: vaultArn(vault), ...facts(upload) },
      Parts: rows.slice(0, limit).map((part) => ({
        RangeInBytes: rangeOf(upload, part),
        SHA256TreeHash: part.treeHash,
      })),
      ...(next && { Marker: String(next.index * upload.partBytes) }),
    }
  },
})

const facts = ({ description, partBytes, createdMs }: Upload) => ({
  ...(description !== "" && { ArchiveDescription: description }),
  PartSizeInBytes: partBytes,
  CreationDate: isoTime(createdMs),
})

const rangeOf = ({ partBytes }: Upload, { index, sizeBytes }: Part): string =>
  `${index * partBytes}-${index * partBytes + sizeBytes - 1}`

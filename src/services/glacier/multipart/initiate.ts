import { newKey, readDescription } from "../archive/archive.ts"
import { onVault } from "../access.ts"
import { op, type Out } from "../define.ts"
import { invalid, missing } from "../errors.ts"
import { newId } from "../identity.ts"
import { LEAST_PART_BYTES, MIB, MOST_PART_BYTES, UPLOAD_IDLE_MS } from "../limits.ts"
import { findVault } from "../vault/vault.ts"
import { dropUpload, expireUpload } from "./drop.ts"
import { findUpload, uploads } from "./upload.ts"

export const InitiateMultipartUpload = op.write("InitiateMultipartUpload", {
  authorize: onVault,
  run(tx, input, call): Out<"InitiateMultipartUpload"> {
    const vault = findVault(tx, input, call)
    const partBytes = readPartSize(input.partSize)
    const description = readDescription(input.archiveDescription)
    const serial = tx.serial()
    const ref = { vault: vault.id, serial }
    const id = newId(tx, "upload", ref)
    tx.insert(uploads, {
      ...{ ...ref, id, description, partBytes, createdMs: tx.now, activeMs: tx.now },
      key: newKey(tx, serial).sealed,
    })
    tx.schedule(expireUpload, ref, tx.now + UPLOAD_IDLE_MS)
    const { account, name } = vault
    return { uploadId: id, location: `/${account}/vaults/${name}/multipart-uploads/${id}` }
  },
})

/** "A mebibyte multiplied by a power of 2", of 1 MiB to 4 GiB. */
function readPartSize(text: string | undefined): number {
  if (text === undefined) throw missing("x-amz-part-size")
  const bytes = /^\d{1,12}$/.test(text) ? Number(text) : 0
  const mebibytes = bytes / MIB
  const isPower = Number.isInteger(mebibytes) && (BigInt(mebibytes) & BigInt(mebibytes - 1)) === 0n
  if (bytes < LEAST_PART_BYTES || bytes > MOST_PART_BYTES || !isPower)
    throw invalid(
      "Part size must be a power of two multiple of 1 MiB, of at least 1 MiB and at most 4 GiB",
    )
  return bytes
}

export const AbortMultipartUpload = op.write("AbortMultipartUpload", {
  authorize: onVault,
  run(tx, input, call): Out<"AbortMultipartUpload"> {
    dropUpload(tx, findUpload(tx, findVault(tx, input, call), input))
    return {}
  },
})

import type { ReadTx } from "../../../kernel/transaction.ts"
import { parts, type Part } from "../archive/archive.ts"
import { rootOf } from "../archive/tree-hash.ts"
import { addArchive, addedArchive } from "../archive/upload.ts"
import { onVault } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { invalid, missing } from "../errors.ts"
import { PARTS } from "../limits.ts"
import { findVault } from "../vault/vault.ts"
import { findUpload, uploads, type Upload } from "./upload.ts"

/** The parts become the archive's where they lie: no byte of them is moved. */
export const CompleteMultipartUpload = op.write("CompleteMultipartUpload", {
  authorize: onVault,
  run(tx, input, call): Out<"CompleteMultipartUpload"> {
    const vault = findVault(tx, input, call)
    const { uploadId } = input
    const upload = findUpload(tx, vault, { uploadId, complete: true })
    if (upload.archive) return addedArchive(vault, upload.archive)
    const { sizeBytes, treeHash } = assemble(tx, upload, input)
    const { serial, description, key, partBytes } = upload
    const made = addArchive(tx, vault, {
      ...{ serial, description, sizeBytes, treeHash, key, partBytes },
    })
    const archive = { id: made.archiveId ?? "", treeHash }
    tx.replace(uploads, upload, { ...upload, activeMs: tx.now, archive })
    return made
  },
})

/** Throws where a range is missing, or the whole is not what the request says. Words not verified. */
function assemble(
  tx: ReadTx,
  upload: Upload,
  { archiveSize, checksum }: In<"CompleteMultipartUpload">,
): Pick<Part, "sizeBytes" | "treeHash"> {
  if (archiveSize === undefined) throw missing("x-amz-archive-size")
  if (checksum === undefined) throw missing("x-amz-sha256-tree-hash")
  const { rows } = tx.scan(parts, { prefix: [upload.serial], limit: PARTS })
  let sizeBytes = 0
  for (const [at, part] of rows.entries()) {
    const isLast = at === rows.length - 1
    if (part.index !== at || (!isLast && part.sizeBytes !== upload.partBytes))
      throw invalid(`The content range from byte ${sizeBytes} is missing or of another size.`)
    sizeBytes += part.sizeBytes
  }
  if (String(sizeBytes) !== archiveSize || sizeBytes === 0)
    throw invalid(`The archive size is ${sizeBytes}, and not ${archiveSize}.`)
  const treeHash = rootOf(rows.map((part) => Buffer.from(part.treeHash, "hex")))
  if (treeHash !== checksum.toLowerCase())
    throw invalid(`Checksum mismatch: the archive's is ${treeHash}, and not ${checksum}`)
  return { sizeBytes, treeHash }
}

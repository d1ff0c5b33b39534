import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { uploadMissing } from "../errors.ts"
import { serialOf } from "../identity.ts"
import type { Vault } from "../vault/vault.ts"

/** An archive that is uploaded in parts. */
export interface Upload {
  /** The vault's own id. */
  readonly vault: number
  /** The archive will have the same: its parts stay where they are. */
  readonly serial: number
  readonly id: string
  readonly description: string
  readonly partBytes: number
  readonly createdMs: number
  /** Of the last request about it. */
  readonly activeMs: number
  /** The archive's key, sealed, base64. */
  readonly key: string
  /** Set when it is complete: the same request again gets the same answer. */
  readonly archive?: { readonly id: string; readonly treeHash: string } | undefined
}

export const uploads = table<Upload>("glacier/upload", {
  key: ({ vault, serial }) => [vault, serial],
  indexes: { open: ({ vault, serial, archive }) => !archive && [vault, serial] },
})

/** One that is complete is found too, where `complete` says so. Throws ResourceNotFoundException. */
export function findUpload(
  tx: ReadTx,
  { id: vault }: Vault,
  { uploadId, complete = false }: { readonly uploadId: string; readonly complete?: boolean },
): Upload {
  const serial = serialOf("upload", vault, uploadId)
  const upload = serial === undefined ? undefined : tx.get(uploads, [vault, serial])
  if (upload?.id !== uploadId || (upload.archive && !complete)) throw uploadMissing(uploadId)
  return upload
}

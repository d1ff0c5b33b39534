import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { dropContent } from "../archive/purge.ts"
import { STEP, UPLOAD_IDLE_MS } from "../limits.ts"
import { uploads, type Upload } from "./upload.ts"

/** Takes an upload away, with its parts as long as no archive has them. */
export function dropUpload(tx: WriteTx, upload: Upload): void {
  tx.remove(uploads, upload)
  if (!upload.archive) tx.schedule(dropContent, { serial: upload.serial }, tx.now)
}

/** Ends an upload that nobody has touched for a day. */
export const expireUpload = job<Pick<Upload, "vault" | "serial">>("glacier/expireUpload", {
  run(tx, ref) {
    const upload = tx.get(uploads, [ref.vault, ref.serial])
    if (!upload) return
    const endMs = upload.activeMs + UPLOAD_IDLE_MS
    if (endMs > tx.now) tx.schedule(expireUpload, ref, endMs)
    else dropUpload(tx, upload)
  },
})

/** Takes away the uploads of a vault that is gone. */
export const dropUploads = job<{ readonly vault: number }>("glacier/dropUploads", {
  run(tx, ref) {
    const { rows, next } = tx.scan(uploads, { prefix: [ref.vault], limit: STEP })
    for (const upload of rows) dropUpload(tx, upload)
    if (next !== undefined) tx.schedule(dropUploads, ref, tx.now)
  },
})

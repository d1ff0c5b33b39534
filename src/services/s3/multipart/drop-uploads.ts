import { job } from "../../../kernel/later/later.ts"
import { dropUpload, uploads } from "./upload.ts"

/** Takes away the uploads of a bucket that is gone, one a step. */
export const dropUploads = job<{ readonly bucket: number }>("s3/dropUploads", {
  run(tx, ref) {
    const upload = tx.first(uploads, { prefix: [ref.bucket] })
    if (!upload) return
    dropUpload(tx, upload)
    tx.schedule(dropUploads, ref, tx.now)
  },
})

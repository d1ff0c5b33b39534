import { job } from "../../../kernel/later/later.ts"
import { jobs } from "../job/job.ts"
import { JOB_KEPT_MS, STEP } from "../limits.ts"
import { archives, leaves, parts } from "./archive.ts"

/** Takes away the rows of deleted archives that no inventory needs any more. */
export const purgeDeleted = job<{ readonly vault: number; readonly before: number }>(
  "glacier/purgeDeleted",
  {
    run(tx, args) {
      const { vault, before } = args
      const { rows, next } = tx.scan(archives, {
        ...{ index: "deleted", prefix: [vault], to: [before], limit: STEP },
      })
      for (const row of rows) tx.remove(archives, row)
      if (next !== undefined) tx.schedule(purgeDeleted, args, tx.now)
    },
  },
)

/**
 * Takes away the bytes of an archive, or of an upload. Retrievals keep those of an archive as long as
 * they are there: "If the archive retrieval job has successfully prepared the archive … you will be
 * able to download the output."
 */
export const dropContent = job<{ readonly serial: number }>("glacier/dropContent", {
  run(tx, args) {
    const [kept] = tx.scan(jobs, { index: "archive", prefix: [args.serial], limit: 1 }).rows
    if (kept) {
      // One that is in progress ends in its time, as failed.
      const endMs = kept.expiresMs ?? tx.now + JOB_KEPT_MS
      return void tx.schedule(dropContent, args, Math.max(endMs, tx.now + 1))
    }
    const { rows, next } = tx.scan(parts, { prefix: [args.serial], limit: STEP })
    for (const part of rows) {
      tx.unlinkBlob(part.blob)
      tx.remove(parts, part)
      tx.delete(leaves, [part.serial, part.index])
    }
    if (next !== undefined) tx.schedule(dropContent, args, tx.now)
  },
})

import { job } from "../../../kernel/later/later.ts"
import { STEP } from "../limits.ts"
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

/** Takes away the bytes of an archive, or of an upload. */
export const dropContent = job<{ readonly serial: number }>("glacier/dropContent", {
  run(tx, args) {
    const { rows, next } = tx.scan(parts, { prefix: [args.serial], limit: STEP })
    for (const part of rows) {
      tx.unlinkBlob(part.blob)
      tx.remove(parts, part)
      tx.delete(leaves, [part.serial, part.index])
    }
    if (next !== undefined) tx.schedule(dropContent, args, tx.now)
  },
})

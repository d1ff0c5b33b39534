import { job } from "../../../kernel/later/later.ts"
import { sameTable } from "../tables/table.ts"
import { nextOf, peerOf } from "./applying.ts"
import { DELETED_MS, STEP } from "./limits.ts"
import { forgetDeletedJob, versions, type Deleting } from "./replication.ts"

/**
 * Forgets that items were deleted, once nothing is on its way: no earlier write of them can come from
 * another Region any more, and every other Region knows.
 */
export const forgetDeleted = job<Deleting>(forgetDeletedJob.name, {
  run(tx, ref) {
    const table = sameTable(tx, ref)
    if (!table?.replication) return
    const moving = table.replication.peers.some((region) => {
      const peer = peerOf(tx, table, region)
      return (
        nextOf(tx, { id: table.id, to: region }) ??
        (peer && nextOf(tx, { id: peer.id, to: table.region }))
      )
    })
    const old = moving
      ? []
      : tx.scan(versions, {
          ...{ index: "deleted", prefix: [table.id], to: [tx.now - DELETED_MS + 1] },
          limit: STEP,
        }).rows
    for (const row of old) tx.remove(versions, row)
    if (old.length === STEP) tx.schedule(forgetDeleted, ref, tx.now)
    else if (tx.first(versions, { index: "deleted", prefix: [table.id] }))
      tx.schedule(forgetDeleted, ref, tx.now + DELETED_MS)
  },
})

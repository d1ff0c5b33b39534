import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { SYSTEM_BACKUP_MS } from "../limits.ts"
import { isCopied } from "../recovery/copies.ts"
import { sweepLater } from "../tables/jobs.ts"
import type { Table } from "../tables/table.ts"
import { backups, lookUpBackup, newBackup, type Backup, type BackupRef } from "./backup.ts"

/**
 * A deleted table that had point-in-time recovery: its items stay where they are, as a backup (docs:
 * "Point-in-time recovery", "Deleting a table with point-in-time recovery enabled").
 */
export function keepDeleted(tx: WriteTx, table: Table): void {
  const expiresMs = tx.now + SYSTEM_BACKUP_MS
  const backup = newBackup(tx, table, {
    ...{ name: `${table.name}$DeletedTableBackup`, type: "SYSTEM", status: "AVAILABLE" },
    ...{ itemsId: table.id, expiresMs },
  })
  tx.insert(backups, backup)
  const { account, region, tableName, id } = backup
  tx.schedule(expireBackup, { account, region, tableName, id }, expiresMs)
}

/** A table that is restored from it is waited for. */
const AGAIN_MS = 60_000

export const expireBackup = job<BackupRef>("dynamodb/expire-backup", {
  run(tx, ref) {
    const backup = lookUpBackup(tx, ref)
    if (!backup) return
    if (isCopied(tx, backup.itemsId)) tx.schedule(expireBackup, ref, tx.now + AGAIN_MS)
    else removeBackup(tx, backup)
  },
})

/** Its items go step by step. */
export function removeBackup(tx: WriteTx, backup: Backup): void {
  tx.remove(backups, backup)
  sweepLater(tx, { table: { ...backup.table, id: backup.itemsId }, indexes: [], all: true })
}

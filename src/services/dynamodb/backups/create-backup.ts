import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { manageTable } from "../access.ts"
import { op, type Out } from "../define.ts"
import { countOf } from "../items/rows.ts"
import { DAY_MS } from "../limits.ts"
import type { CopyPurpose } from "../recovery/copies.ts"
import { startCopy } from "../recovery/copy-items.ts"
import { assertBackupsUsable, findTableToBackUp } from "../recovery/window.ts"
import { exactRefOf, refOf } from "../tables/table.ts"
import {
  backupArn,
  backups,
  lookUpBackup,
  newBackup,
  type Backup,
  type BackupRef,
} from "./backup.ts"
import { backupDetails } from "./description.ts"

export const CreateBackup = op.write("CreateBackup", {
  authorize: manageTable,
  run(tx, { TableName, BackupName }, call): Out<"CreateBackup"> {
    const table = findTableToBackUp(tx, refOf(TableName, call))
    assertBackupsUsable(table)
    const itemsId = tx.serial()
    const backup = newBackup(tx, table, {
      ...{ name: BackupName, type: "USER", status: "CREATING", itemsId },
    })
    tx.insert(backups, backup)
    startCopy(tx, {
      ...{ source: table.id, live: exactRefOf(table), keys: table.keys, target: itemsId },
      purpose: { kind: "backup", of: exactRefOf(table), id: backup.id },
      undo: [tx.now, tx.serial()],
    })
    return { BackupDetails: backupDetails(tx, backup) }
  },
})

/** All items are in the backup. */
export function backupCopied(tx: WriteTx, { of, id }: Exclude<CopyPurpose, { kind: "restore" }>) {
  const ref = { account: of.account, region: of.region, tableName: of.name, id }
  const backup = lookUpBackup(tx, ref)
  if (!backup) return
  tx.replace(backups, backup, { ...backup, status: "AVAILABLE" } satisfies Backup)
  tx.schedule(countBackup, ref, tx.now + DAY_MS)
}

/** Its storage in byte-hours, by the day: backups of deleted tables cost nothing ("BackupDetails"). */
export const countBackup = job<BackupRef>("dynamodb/count-backup", {
  run(tx, ref) {
    const backup = lookUpBackup(tx, ref)
    if (!backup) return
    meterHours(tx, backup, DAY_MS / HOUR_MS)
    tx.schedule(countBackup, ref, tx.now + DAY_MS)
  },
})

const HOUR_MS = 3_600_000

/** To call when a backup goes: the hours since it was counted. */
export function countLastHours(tx: WriteTx, backup: Backup): void {
  if (backup.type === "SYSTEM") return
  meterHours(tx, backup, Math.floor(((tx.now - backup.createdMs) % DAY_MS) / HOUR_MS))
}

function meterHours(tx: WriteTx, backup: Backup, hours: number): void {
  const { account, region, itemsId } = backup
  const { bytes } = countOf(tx, { id: itemsId })
  const of = { account, region, resource: backupArn(backup) }
  if (bytes * hours > 0) tx.meter("dynamodb:backup-storage", of, bytes * hours)
}

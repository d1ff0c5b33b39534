import { op, type Out } from "../define.ts"
import { accessToTarget } from "../recovery/access.ts"
import { isCopied } from "../recovery/copies.ts"
import { startCopy } from "../recovery/copy-items.ts"
import { newRestoredTable } from "../recovery/restored-table.ts"
import { describeTable } from "../tables/description.ts"
import { arnOf, exactRefOf } from "../tables/table.ts"
import { backupArn, backupInUse, backupRefOf, findBackup, tableOf } from "./backup.ts"
import { accessToBackup } from "./operations.ts"

/** A backup of another Region is restored into the Region of the call. */
export const RestoreTableFromBackup = op.write("RestoreTableFromBackup", {
  authorize: (tx, input, call) => [
    accessToBackup(tx, input, call),
    ...accessToTarget(input.TargetTableName, call),
  ],
  run(tx, input, call): Out<"RestoreTableFromBackup"> {
    const backup = findBackup(tx, backupRefOf(input.BackupArn))
    // Recorded: it is restored to one table at a time.
    if (backup.status === "CREATING" || isCopied(tx, backup.itemsId)) throw backupInUse()
    const restore = {
      ...{ backupArn: backupArn(backup), tableArn: arnOf(tableOf(backup)) },
      ...{ atMs: backup.createdMs, inProgress: true },
    }
    const table = newRestoredTable(tx, { source: backup.table, input, restore }, call)
    startCopy(tx, {
      ...{ source: backup.itemsId, keys: backup.table.keys, target: table.id },
      purpose: { kind: "restore", table: exactRefOf(table) },
    })
    return { TableDescription: describeTable(tx, table) }
  },
})

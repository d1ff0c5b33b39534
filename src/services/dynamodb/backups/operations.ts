import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { ask, op, type In, type Out } from "../define.ts"
import { BACKUPS_PAGE } from "../limits.ts"
import { isCopied } from "../recovery/copies.ts"
import { arnOf, refOf, type TableRef } from "../tables/table.ts"
import {
  backupArn,
  backupInUse,
  backupRefOf,
  backups,
  findBackup,
  tableOf,
  type Backup,
} from "./backup.ts"
import { backupDetails, describeBackup } from "./description.ts"
import { countLastHours } from "./create-backup.ts"
import { removeBackup } from "./system-backup.ts"

type Named = { readonly BackupArn: string }

/** For operations on one backup, which is the resource. */
export function accessToBackup(_tx: ReadTx, { BackupArn }: Named, call: Call): AccessRequest {
  const ref = backupRefOf(BackupArn)
  return { action: `dynamodb:${call.operation}`, resource: backupArn(ref), owner: ref.account }
}

export const DescribeBackup = op.read("DescribeBackup", {
  authorize: accessToBackup,
  run: (tx, { BackupArn }): Out<"DescribeBackup"> => ({
    BackupDescription: describeBackup(tx, findBackup(tx, backupRefOf(BackupArn))),
  }),
})

export const DeleteBackup = op.write("DeleteBackup", {
  authorize: accessToBackup,
  run(tx, { BackupArn }): Out<"DeleteBackup"> {
    const backup = findBackup(tx, backupRefOf(BackupArn))
    if (backup.status === "CREATING" || isCopied(tx, backup.itemsId)) throw backupInUse()
    const BackupDescription = describeBackup(tx, backup, "DELETED")
    countLastHours(tx, backup)
    removeBackup(tx, backup)
    return { BackupDescription }
  },
})

/** Rows that one step of a search reads. */
const STEP = 100

/** By table and time; backups that the filters leave out are passed over. */
export const ListBackups = op.read("ListBackups", {
  authorize: ask.anything,
  run(tx, input, call): Out<"ListBackups"> {
    const { Limit = BACKUPS_PAGE, ExclusiveStartBackupArn: start, TableName } = input
    const { account, region } = call
    const of = TableName === undefined ? undefined : refOf(TableName, call)
    const found: Backup[] = []
    const from = start === undefined ? undefined : startOf(start, of)
    let after: string | undefined
    for (;;) {
      const { rows, next } = tx.scan(backups, {
        prefix: of ? [of.account, of.region, of.name] : [account, region],
        ...(from && { from }),
        after,
        limit: STEP,
      })
      found.push(...rows.filter((one) => isWanted(one, input)))
      if (found.length > Limit || next === undefined) break
      after = next
    }
    const page = found.slice(0, Limit)
    const last = found.length > Limit ? page.at(-1) : undefined
    return {
      BackupSummaries: page.map((one) => summary(tx, one)),
      LastEvaluatedBackupArn: last && backupArn(last),
    }
  },
})

/** The place behind a backup: its key and the lowest character. */
function startOf(text: string, of: TableRef | undefined): readonly string[] {
  const { tableName, id } = backupRefOf(text)
  return of ? [`${id}\0`] : [tableName, `${id}\0`]
}

function isWanted(backup: Backup, input: In<"ListBackups">): boolean {
  const { BackupType = "USER", TimeRangeLowerBound: from, TimeRangeUpperBound: to } = input
  return (
    (BackupType === "ALL" || BackupType === backup.type) &&
    (from === undefined || backup.createdMs >= from) &&
    (to === undefined || backup.createdMs < to)
  )
}

const summary = (tx: ReadTx, backup: Backup) => ({
  ...backupDetails(tx, backup),
  TableName: backup.tableName,
  TableId: backup.table.uuid,
  TableArn: arnOf(tableOf(backup)),
})

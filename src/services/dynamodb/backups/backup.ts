import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { parseArn } from "../../../registry/arn.ts"
import { validation } from "../errors.ts"
import { countOf } from "../items/rows.ts"
import { arnOf, type Table, type TableRef } from "../tables/table.ts"

/** A backup; its items lie like a table's, under an id of their own. */
export interface Backup {
  readonly account: string
  readonly region: string
  readonly tableName: string
  /** The end of its ARN. */
  readonly id: string
  readonly name: string
  readonly type: "USER" | "SYSTEM"
  readonly status: "CREATING" | "AVAILABLE"
  readonly createdMs: number
  readonly expiresMs?: number | undefined
  readonly itemsId: number
  /** As it was: what a restored table becomes. */
  readonly table: Table
  /** Of the table then; `sizeBytes` and `items` of the backup are counted. */
  readonly tableItems: number
  readonly tableBytes: number
}

export const backups = table<Backup>("dynamodb/backup", {
  key: ({ account, region, tableName, id }) => [account, region, tableName, id],
})

export const backupArn = ({ account, region, tableName, id }: BackupRef): string =>
  `${arnOf({ account, region, name: tableName })}/backup/${id}`

export type BackupRef = Pick<Backup, "account" | "region" | "tableName" | "id">

/** `01489602797149-73d8d5bc`: the time in milliseconds, and chance (recorded). */
export const newJobId = (tx: WriteTx, stream: string): string =>
  `${String(tx.now).padStart(14, "0")}-${tx.random(stream).hex(8)}`

/** Which backup an ARN means. Throws ValidationException (recorded). */
export function backupRefOf(text: string): BackupRef {
  const parts = parseArn(text)
  const [, tableName, id] =
    /^table\/([a-zA-Z0-9_.-]+)\/backup\/([a-zA-Z0-9-]+)$/.exec(parts?.resource ?? "") ?? []
  if (!parts || parts.service !== "dynamodb" || tableName === undefined || id === undefined)
    throw validation("Invalid Backup ARN")
  return { account: parts.account, region: parts.region, tableName, id }
}

export const lookUpBackup = (
  tx: ReadTx,
  { account, region, tableName, id }: BackupRef,
): Backup | undefined => tx.get(backups, [account, region, tableName, id])

/** Throws BackupNotFoundException, as users quote it. */
export function findBackup(tx: ReadTx, ref: BackupRef): Backup {
  const found = lookUpBackup(tx, ref)
  if (!found) throw new AwsError("BackupNotFoundException", `Backup not found: ${backupArn(ref)}`)
  return found
}

/** As users quote it. */
export const backupInUse = (): AwsError =>
  new AwsError(
    "BackupInUseException",
    "There is another ongoing conflicting backup control plane operation on the table. " +
      "The backup is either being created, deleted or restored to a table.",
  )

/** A backup of a table as it is. */
export function newBackup(
  tx: WriteTx,
  of: Table,
  more: Pick<Backup, "name" | "type" | "status" | "expiresMs" | "itemsId">,
): Backup {
  const { account, region, name: tableName } = of
  const count = countOf(tx, of)
  return {
    ...{ account, region, tableName, id: newJobId(tx, "dynamodb/backup-id"), ...more },
    ...{ createdMs: tx.now, table: of, tableItems: count.items, tableBytes: count.bytes },
  }
}

export const tableOf = ({ account, region, tableName: name }: BackupRef): TableRef => ({
  ...{ account, region, name },
})

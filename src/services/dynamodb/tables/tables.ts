import { manageTable } from "../access.ts"
import { ask, op, type Out } from "../define.ts"
import { validation } from "../errors.ts"
import { isShared } from "../global/accounts/settings.ts"
import { isLegacy } from "../global/legacy/marks.ts"
import { partFrom } from "../global/legacy/members.ts"
import { leaveGroup } from "../global/leaving.ts"
import { TABLES_PAGE } from "../limits.ts"
import { describeDeleted, describeTable } from "./description.ts"
import { streamsFollow } from "../streams/stream.ts"
import { removeTable } from "./jobs.ts"
import { findTableToManage, stillInUse, tableInUse, tables, type Table } from "./table.ts"

export const DescribeTable = op.read("DescribeTable", {
  authorize: manageTable,
  run: (tx, { TableName }, call): Out<"DescribeTable"> => ({
    Table: describeTable(tx, findTableToManage(tx, TableName, call)),
  }),
})

export const DeleteTable = op.write("DeleteTable", {
  authorize(tx, input, call) {
    const asked = manageTable(tx, input, call)
    // "DynamoDB global tables security", multi-account: permissions for removing replicas.
    return isShared(tx, input.TableName, call)
      ? [asked, { ...asked, action: "dynamodb:DeleteTableReplica" }]
      : asked
  },
  run(tx, { TableName }, call): Out<"DeleteTable"> {
    const table = findTableToManage(tx, TableName, call)
    assertDeletable(table)
    if (table.deletionProtection)
      throw validation(
        "Resource cannot be deleted as it is currently protected against deletion. " +
          "Disable deletion protection first.",
      )
    const description = describeDeleted(tx, table)
    if (table.replication && !isLegacy(table)) leaveGroup(tx, table)
    else {
      if (table.replication) partFrom(tx, table)
      tx.put(tables, { ...table, replication: undefined, status: "DELETING" })
      streamsFollow(tx, table, undefined)
      removeTable(tx, table)
    }
    return { TableDescription: description }
  },
})

/** Recorded: not while it, or an index of it, is being made or changed. */
function assertDeletable(table: Table): void {
  const { name, status, globalIndexes } = table
  if (status === "UPDATING") throw stillInUse(`Table: ${name} is in the process of being updated.`)
  if (status !== "ACTIVE") throw tableInUse(table)
  if (globalIndexes.some((index) => index.status !== "ACTIVE"))
    throw stillInUse("Cannot delete table while indexes are being created, updated, or deleted.")
}

export const ListTables = op.read("ListTables", {
  authorize: ask.anything,
  run(tx, input, { account, region }): Out<"ListTables"> {
    const { ExclusiveStartTableName: after, Limit: limit = TABLES_PAGE } = input
    const { rows, next } = tx.scan(tables, {
      prefix: [account, region],
      // The next name after one is that name and the lowest character.
      ...(after !== undefined && { from: [`${after}\0`] }),
      limit,
    })
    const TableNames = rows.map(({ name }) => name)
    return {
      TableNames,
      LastEvaluatedTableName: next === undefined ? undefined : TableNames.at(-1),
    }
  },
})

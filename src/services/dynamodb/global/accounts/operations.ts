import type { AccessRequest } from "../../../../iam/access.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { Call } from "../../../../registry/call.ts"
import { accessTo } from "../../access.ts"
import { itemKey } from "../../items/keys.ts"
import { itemOf, items, readItem } from "../../items/rows.ts"
import { arnOf, lookUp, sameTable, type Table, type TableRef } from "../../tables/table.ts"
import { itemOfText } from "../../values/item-text.ts"
import { dueOf, putCopy } from "../applying.ts"
import { STEP } from "../limits.ts"
import { memberIn } from "../replica.ts"
import { keyText, versionOf } from "../replication.ts"
import { follow } from "../settings.ts"
import { inner, type CopiedItem, type Data, type Wanted } from "./define.ts"

const onTable = (tx: ReadTx, { table }: { readonly table: TableRef }, call: Call): AccessRequest =>
  accessTo(tx, arnOf(table), call)

const AskReplication = inner.read("AskReplication", {
  authorize: (tx, { table, actions, policy }, call) =>
    actions.map((action) => {
      const asked = accessTo(tx, arnOf(table), call, { action })
      return policy === undefined ? asked : { ...asked, policy }
    }),
  run: () => ({}),
})

/** A step's share of what a replica has for another. */
const ReadDataForReplication = inner.read("ReadDataForReplication", {
  authorize: onTable,
  run(tx, wanted): Data {
    const table = sameTable(tx, wanted.table)
    if (!table) return { items: [] }
    return wanted.all ? copied(tx, table, wanted) : { items: changed(tx, table, wanted) }
  },
})

function copied(tx: ReadTx, table: Table, { after }: Wanted): Data {
  const { rows, next } = tx.scan(items, { prefix: [table.id], after, limit: STEP })
  const all = rows.map((row): CopiedItem => {
    const item = itemOf(row)
    const key = keyText(table.keys, item)
    return { key, item, version: versionOf(tx, table, key) }
  })
  return { items: all, next }
}

const changed = (tx: ReadTx, table: Table, { to }: Wanted): readonly CopiedItem[] =>
  dueOf(tx, { id: table.id, to }, STEP).map(({ key }) => {
    const stored = readItem(tx, itemKey(table, itemOfText(key)))
    return { key, item: stored && itemOf(stored), version: versionOf(tx, table, key) }
  })

/** The last writer wins: what is not newer than the item is there changes nothing. */
const WriteDataForReplication = inner.write("WriteDataForReplication", {
  authorize: onTable,
  run(tx, { table: ref, items: brought }) {
    const table = sameTable(tx, ref)
    for (const copy of table ? brought : []) {
      const theirs = table && versionOf(tx, table, copy.key)
      if (!table || (theirs && theirs.serial >= (copy.version?.serial ?? 0))) continue
      // An item without a version was there before there were replicas; what has neither is gone.
      if (copy.version || copy.item) putCopy(tx, table, copy)
    }
    return {}
  },
})

/** Settings of a replica become those of another. */
const ReplicateSettings = inner.write("ReplicateSettings", {
  authorize: onTable,
  run(tx, { table: ref, from: source }) {
    const from = sameTable(tx, source)
    const to = lookUp(tx, ref)
    const group = from?.replication?.group
    const replica = group === undefined ? undefined : memberIn(tx, group, ref.region)
    if (from && to && replica && to.replication?.group === group) follow(tx, from, { to, replica })
    return {}
  },
})

export const replicationBetweenAccounts = {
  ...{ AskReplication, ReadDataForReplication, WriteDataForReplication, ReplicateSettings },
}

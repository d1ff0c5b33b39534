import type { WriteTx } from "../../../../kernel/transaction.ts"
import type { Call } from "../../../../registry/call.ts"
import { scalableTables } from "../../scaling/namespace.ts"
import { lookUp, type Table } from "../../tables/table.ts"
import { membersOf, replicas, type Overrides, type Replica } from "../replica.ts"

/**
 * Recorded: read capacity that Application Auto Scaling changes is the Region's own; the other replicas
 * keep theirs, as an override that nobody asked for.
 */
export function pinReads(
  tx: WriteTx,
  { before, after }: { readonly before: Table; readonly after: Table },
  { principal }: Call,
): void {
  const { replication } = after
  if (replication?.version !== "2019.11.21" || after.billing.mode !== "PROVISIONED") return
  if (principal.type !== "assumed-role" || principal.roleName !== scalableTables.role.name) return
  const changed = after.globalIndexes.filter(
    ({ name, throughput }) =>
      before.globalIndexes.find((one) => one.name === name)?.throughput.read !== throughput.read,
  )
  const isChanged = before.throughput.read !== after.throughput.read
  if (!isChanged && changed.length === 0) return
  const names = changed.map(({ name }) => name)
  for (const member of membersOf(tx, replication.group)) {
    const isOwn = member.region === after.region
    const table = isOwn ? after : lookUp(tx, member)
    if (table) pin(tx, member, { table, isChanged, names, isOwn })
  }
}

interface Pinned {
  readonly table: Table
  readonly isChanged: boolean
  readonly names: readonly string[]
  readonly isOwn: boolean
}

function pin(tx: WriteTx, member: Replica, { table, isChanged, names, isOwn }: Pinned): void {
  const { overrides } = member
  const indexes: Record<string, Pick<Overrides, "read" | "onDemandRead">> = { ...overrides.indexes }
  for (const name of names) {
    const read = table.globalIndexes.find((one) => one.name === name)?.throughput.read
    if (isOwn || indexes[name]?.read === undefined) indexes[name] = { ...indexes[name], read }
  }
  const keeps = !isChanged || (!isOwn && overrides.read !== undefined)
  tx.put(replicas, {
    ...member,
    overrides: {
      ...overrides,
      ...(!keeps && { read: table.throughput.read }),
      ...(names.length > 0 && { indexes }),
    },
  })
}

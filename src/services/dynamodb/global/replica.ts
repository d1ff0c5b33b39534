import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { lookUp, tables, type Table, type TableRef } from "../tables/table.ts"

/** AWS's `ReplicaStatus`, as far as replicas come to it here. */
export type ReplicaStatus = "CREATING" | "CREATION_FAILED" | "UPDATING" | "DELETING" | "ACTIVE"

/** Why nothing goes to or from a replica: its policy, its key, or its owner's Regions. */
export type Block =
  | "REPLICATION_NOT_AUTHORIZED"
  | "INACCESSIBLE_ENCRYPTION_CREDENTIALS"
  | "REGION_DISABLED"

/** What a replica has otherwise than the table from which it was made. */
export interface Overrides {
  readonly read?: number | undefined
  readonly onDemandRead?: number | undefined
  readonly tableClass?: Table["tableClass"] | undefined
  readonly indexes?: Readonly<Record<string, Pick<Overrides, "read" | "onDemandRead">>> | undefined
}

/** A member of a global table: a replica, or a witness, which has no table. */
export interface Replica extends TableRef {
  /** Of all members of one global table. */
  readonly group: number
  readonly kind: "replica" | "witness"
  readonly status: ReplicaStatus
  readonly statusDescription?: string | undefined
  /** As the request named it, and its ARN. */
  readonly kmsKeyId?: string | undefined
  readonly kmsKeyArn?: string | undefined
  readonly overrides: Overrides
  /** When another replica was last made from it. */
  readonly sourceMs?: number | undefined
  /** Between accounts: why its owner keeps replication out, since when, and who looks again. */
  readonly blocked?:
    | { readonly status: Block; readonly sinceMs: number; readonly check: number }
    | undefined
}

export const replicas = table<Replica>("dynamodb/replica", {
  key: ({ group, region }) => [group, region],
})

/** "… in any Region where DynamoDB is available": more than there are. */
const MOST_MEMBERS = 100

export const membersOf = (tx: ReadTx, group: number): readonly Replica[] =>
  tx.scan(replicas, { prefix: [group], limit: MOST_MEMBERS }).rows

/** The member of a Region that has not failed. */
export function memberIn(tx: ReadTx, group: number, region: string): Replica | undefined {
  const member = tx.get(replicas, [group, region])
  return member?.status === "CREATION_FAILED" ? undefined : member
}

/** Tells the tables of all members which others their changes go to. */
export function tellPeers(tx: WriteTx, group: number): void {
  const staying = membersOf(tx, group).filter(
    ({ kind, status }) =>
      kind === "replica" && status !== "DELETING" && status !== "CREATION_FAILED",
  )
  for (const member of staying) {
    const own = lookUp(tx, member)
    if (own?.replication?.group !== group) continue
    const peers = staying.map(({ region }) => region).filter((region) => region !== member.region)
    tx.put(tables, { ...own, replication: { ...own.replication, peers } })
  }
}

import type { ReadTx } from "../../../kernel/transaction.ts"
import type { In } from "../define.ts"
import { validation } from "../errors.ts"
import { countOf } from "../items/rows.ts"
import type { Table } from "../tables/table.ts"
import { membersOf, type Replica } from "./replica.ts"

/**
 * The form of global tables with strong consistency (docs: "How DynamoDB global tables work",
 * multi-Region strong consistency). No words of refusals here are verified.
 */

type Input = In<"UpdateTable">

/** "MRSC … Region sets": all members are in one. */
const REGION_SETS: readonly (readonly string[])[] = [
  ["us-east-1", "us-east-2", "us-west-2"],
  ["eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"],
  ["ap-northeast-1", "ap-northeast-2", "ap-northeast-3"],
]

/** Three replicas, or two and a witness. */
const MEMBERS = 3

export const isStrongUpdate = ({ replication }: Table, input: Input): boolean =>
  replication?.consistency === "STRONG" ||
  input.MultiRegionConsistency === "STRONG" ||
  (input.GlobalTableWitnessUpdates?.length ?? 0) > 0

/** A global table is made strong when it is made, with all its members, from an empty table. */
export function assertStrongGroup(tx: ReadTx, table: Table, input: Input): void {
  const created = [
    ...(input.ReplicaUpdates ?? []),
    ...(input.GlobalTableWitnessUpdates ?? []),
  ].flatMap(({ Create }) => (Create ? [Create.RegionName] : []))
  if (table.replication) {
    if (created.length > 0)
      throw validation(
        "Replicas or witnesses cannot be added to an existing MRSC global table, and the consistency of a global table cannot be changed",
      )
    return
  }
  if (input.MultiRegionConsistency !== "STRONG")
    throw validation(
      "A witness can only be added to a global table with MultiRegionConsistency STRONG",
    )
  const witnesses = (input.GlobalTableWitnessUpdates ?? []).filter(({ Create }) => Create).length
  const regions = [table.region, ...created]
  if (new Set(regions).size !== MEMBERS || regions.length !== MEMBERS || witnesses > 1)
    throw validation(
      "An MRSC global table must have three replicas, or two replicas and a witness, in three Regions",
    )
  if (!REGION_SETS.some((set) => regions.every((region) => set.includes(region))))
    throw validation(
      `MRSC global tables are not supported in these Regions together: ${regions.join(", ")}`,
    )
  if (countOf(tx, table).items > 0)
    throw validation("The table must be empty to be made an MRSC global table")
  if (table.timeToLive) throw validation("Time To Live is not supported for MRSC global tables")
  if (table.localIndexes.length > 0)
    throw validation("Local secondary indexes are not supported for MRSC global tables")
}

/** "You can't delete a single replica or a witness": only all others at once. */
export function assertStrongLeaving(
  tx: ReadTx,
  { replication, region }: Table,
  leaving: readonly Replica[],
): void {
  if (replication?.consistency !== "STRONG") return
  const others = membersOf(tx, replication.group).filter((one) => one.region !== region)
  if (leaving.length < others.length)
    throw validation(
      "All other replicas and the witness of an MRSC global table must be deleted in one request",
    )
}

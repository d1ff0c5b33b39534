import { job } from "../../../../kernel/later/later.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import { createServiceLinkedRole } from "../../../iam/port.ts"
import { ask, op, type In, type Out } from "../../define.ts"
import { accessToRole, REPLICATION_ROLE } from "../access.ts"
import { membersOf } from "../replica.ts"
import {
  accessToGlobal,
  accessToLook,
  describeGlobal,
  findGlobal,
  legacyTables,
  type GlobalTable,
} from "./global-table.ts"
import { join, part } from "./members.ts"
import { DescribeGlobalTableSettings, UpdateGlobalTableSettings } from "./settings.ts"

type Named = Pick<GlobalTable, "account" | "name">

/** A global table that was made or changed can be used. */
export const settleGlobal = job<Named>("dynamodb/settle-global-table", {
  run(tx, { account, name }) {
    const of = tx.get(legacyTables, [account, name])
    if (of) tx.put(legacyTables, { ...of, status: "ACTIVE" })
  },
})

const regionsOf = ({ ReplicationGroup }: In<"CreateGlobalTable">): readonly string[] => [
  ...new Set(ReplicationGroup.flatMap(({ RegionName }) => RegionName ?? [])),
]

const CreateGlobalTable = op.write("CreateGlobalTable", {
  authorize: (tx, input, call) => [
    ...accessToGlobal(tx, { name: input.GlobalTableName, regions: regionsOf(input) }, call),
    ...accessToRole(tx, call, REPLICATION_ROLE),
  ],
  run(tx, input, call): Out<"CreateGlobalTable"> {
    const { account, partition } = call
    const name = input.GlobalTableName
    // As users quote it.
    if (tx.get(legacyTables, [account, name]))
      throw new AwsError(
        "GlobalTableAlreadyExistsException",
        `Global table with name: '${name}' already exists.`,
      )
    const of = { account, name, group: tx.serial(), createdMs: tx.now, status: "CREATING" } as const
    tx.insert(legacyTables, of)
    join(tx, of, regionsOf(input))
    createServiceLinkedRole(tx, { account, partition, service: REPLICATION_ROLE.service })
    tx.schedule(settleGlobal, { account, name }, tx.now)
    return { GlobalTableDescription: describeGlobal(tx, of, call) }
  },
})

type Update = In<"UpdateGlobalTable">["ReplicaUpdates"][number]

const named = (updates: readonly Update[], kind: "Create" | "Delete"): readonly string[] => [
  ...new Set(updates.flatMap((update) => update[kind]?.RegionName ?? [])),
]

/** The words are not verified. */
const UpdateGlobalTable = op.write("UpdateGlobalTable", {
  authorize: (tx, { GlobalTableName: name, ReplicaUpdates }, call) =>
    accessToGlobal(tx, { name, regions: named(ReplicaUpdates, "Create") }, call),
  run(tx, { GlobalTableName: name, ReplicaUpdates }, call): Out<"UpdateGlobalTable"> {
    const { account } = call
    const of = findGlobal(tx, { account, name })
    const there = membersOf(tx, of.group).map(({ region }) => region)
    const [added, removed] = [named(ReplicaUpdates, "Create"), named(ReplicaUpdates, "Delete")]
    for (const region of added)
      if (there.includes(region))
        throw new AwsError(
          "ReplicaAlreadyExistsException",
          `Replica already exists in Region ${region}`,
        )
    for (const region of removed)
      if (!there.includes(region))
        throw new AwsError("ReplicaNotFoundException", `Replica not found in Region ${region}`)
    const changed: GlobalTable = { ...of, status: "UPDATING" }
    tx.put(legacyTables, changed)
    for (const region of removed) part(tx, of, region)
    if (added.length > 0) join(tx, of, added)
    tx.schedule(settleGlobal, { account, name }, tx.now)
    return { GlobalTableDescription: describeGlobal(tx, changed, call) }
  },
})

const DescribeGlobalTable = op.read("DescribeGlobalTable", {
  authorize: accessToLook,
  run(tx, { GlobalTableName: name }, call): Out<"DescribeGlobalTable"> {
    const of = findGlobal(tx, { account: call.account, name })
    return { GlobalTableDescription: describeGlobal(tx, of, call) }
  },
})

/** "The maximum number of table names to return … default is 100". */
const PAGE = 100

const ListGlobalTables = op.read("ListGlobalTables", {
  authorize: ask.anything,
  run(tx, input, { account }): Out<"ListGlobalTables"> {
    const { ExclusiveStartGlobalTableName: after, Limit = PAGE, RegionName } = input
    const { rows, next } = tx.scan(legacyTables, {
      prefix: [account],
      ...(after !== undefined && { from: [`${after}\0`] }),
      limit: Math.min(Limit, PAGE),
    })
    const GlobalTables = rows
      .map(({ name, group }) => ({
        GlobalTableName: name,
        ReplicationGroup: membersOf(tx, group).map((one) => ({ RegionName: one.region })),
      }))
      .filter(
        ({ ReplicationGroup }) =>
          RegionName === undefined || ReplicationGroup.some((one) => one.RegionName === RegionName),
      )
    const last = rows.at(-1)?.name
    return { GlobalTables, LastEvaluatedGlobalTableName: next === undefined ? undefined : last }
  },
})

export const legacyOperations = {
  ...{ CreateGlobalTable, UpdateGlobalTable, DescribeGlobalTable, ListGlobalTables },
  ...{ DescribeGlobalTableSettings, UpdateGlobalTableSettings },
}

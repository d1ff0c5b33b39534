import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { manageTable } from "../access.ts"
import { countHours } from "../capacity/hourly.ts"
import { op, type In, type Out } from "../define.ts"
import { tableExists, validation } from "../errors.ts"
import { accessToJoin, createFromSource } from "../global/accounts/joining.ts"
import { regionalMode } from "../global/accounts/settings.ts"
import { describeTable } from "./description.ts"
import { settleTable } from "./jobs.ts"
import { ownSettings } from "./own-settings.ts"
import {
  assertAllUsed,
  assertProjectedCount,
  attributesOf,
  globalIndexes,
  localIndexes,
  tableKeys,
} from "./schema.ts"
import { streamsFollow } from "../streams/stream.ts"
import { assertQuotas } from "./quotas.ts"
import { newStream } from "./stream.ts"
import {
  assertTableName,
  lookUp,
  refOf,
  stillInUse,
  tableInUse,
  tables,
  type GlobalIndex,
  type Table,
  type TableRef,
} from "./table.ts"
import {
  givenWarm,
  indexThroughput,
  onDemandLimits,
  tableThroughput,
  warmOf,
} from "./throughput.ts"

type Input = In<"CreateTable">

/** Throws in the order that is recorded, as far as it is. */
export const CreateTable = op.action("CreateTable", {
  authorize(tx, input, call) {
    const create = manageTable(tx, input, call)
    const more = [
      ...(input.Tags?.length ? ["dynamodb:TagResource"] : []),
      ...(input.ResourcePolicy === undefined ? [] : ["dynamodb:PutResourcePolicy"]),
    ]
    return [
      create,
      ...more.map((action) => ({ ...create, action })),
      ...accessToJoin(tx, input, call),
    ]
  },
  begin(tx, input, call): Out<"CreateTable"> | undefined {
    // The policies of all replicas are asked first.
    if (input.GlobalTableSourceArn !== undefined) return undefined
    const ref = refOf(input.TableName, call)
    // An ARN names what is there: a new table has a name only (not verified).
    assertTableName(input.TableName)
    const table = newTable(tx, { input, ref }, call)
    assertNew(tx, table)
    tx.insert(tables, table)
    streamsFollow(tx, undefined, table)
    settleTable(tx, table)
    countHours(tx, table)
    return { TableDescription: describeTable(tx, table) }
  },
  run: createFromSource,
})

/** That there is none of its name, and room for it. Recorded: one that is being made is in use. */
export function assertNew(tx: WriteTx, table: Table): void {
  const there = lookUp(tx, table)
  if (there?.restore?.inProgress) throw stillInUse(`Table is being used: ${there.name}`)
  if (there) throw there.status === "CREATING" ? tableInUse(there) : tableExists(there.name)
  assertQuotas(tx, undefined, table)
}

/** A table that is being made, without its row. Throws ValidationException. */
export function newTable(
  tx: WriteTx,
  { input, ref }: { readonly input: Input; readonly ref: TableRef },
  call: Call,
): Table {
  const mode = (input.BillingMode ?? "PROVISIONED") as Table["billing"]["mode"]
  const throughput = tableThroughput(mode, input.ProvisionedThroughput)
  const attributes = attributesOf(input.AttributeDefinitions ?? missing("attributeDefinitions"))
  const keys = tableKeys(input.KeySchema ?? missing("keySchema"), attributes)
  const { LocalSecondaryIndexes = [], GlobalSecondaryIndexes = [] } = input
  assertAllUsed(attributes, {
    keys,
    indexes: [...LocalSecondaryIndexes, ...GlobalSecondaryIndexes],
  })
  const local = localIndexes(input.LocalSecondaryIndexes, { keys, attributes })
  const global = globalIndexes(input.GlobalSecondaryIndexes, { attributes, local })
  assertProjectedCount([...local, ...global])
  const indexes = global.map((index, i): GlobalIndex => {
    const given = GlobalSecondaryIndexes[i]
    const { ProvisionedThroughput, OnDemandThroughput, WarmThroughput } = given ?? {}
    const units = indexThroughput(mode, index.name, ProvisionedThroughput)
    return {
      ...index,
      id: tx.serial(),
      status: "CREATING",
      throughput: units,
      onDemand: onDemandLimits(mode, OnDemandThroughput, index.name),
      warm: givenWarm(WarmThroughput, {
        ...{ least: warmOf(mode, units, undefined), why: mode, index: index.name },
      }),
    }
  })
  return {
    ...ref,
    id: tx.serial(),
    uuid: tx.random("dynamodb/table-id").uuid(),
    status: "CREATING",
    createdMs: tx.now,
    attributes,
    keys,
    billing: mode === "PROVISIONED" ? { mode } : { mode, onDemandSinceMs: [tx.now] },
    throughput,
    onDemand: onDemandLimits(mode, input.OnDemandThroughput),
    warm: givenWarm(input.WarmThroughput, {
      least: warmOf(mode, throughput, undefined),
      why: mode,
    }),
    localIndexes: local.map((index) => ({ ...index, id: tx.serial() })),
    globalIndexes: indexes,
    ...ownSettings(tx, input, call),
    stream: newStream(tx, input.StreamSpecification),
    settingsReplication: regionalMode(input.GlobalTableSettingsReplicationMode),
  }
}

/** The model no longer requires them, for replicas of other tables; the words are recorded. */
function missing(member: string): never {
  throw validation(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: ` +
      "Member must not be null",
  )
}

import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { In } from "../define.ts"
import { invalidValues, validation } from "../errors.ts"
import { GLOBAL_INDEXES } from "../limits.ts"
import { changedThroughput } from "./capacity-updates.ts"
import { assertProjectedCount, attributesOf, globalIndex } from "./schema.ts"
import { keyAttributes, type GlobalIndex, type KeyAttribute, type Table } from "./table.ts"
import {
  addedThroughput,
  changedOnDemandLimits,
  givenWarm,
  indexThroughput,
  onDemandLimits,
  warmOf,
} from "./throughput.ts"

type Input = In<"UpdateTable">
type Given = NonNullable<Input["GlobalSecondaryIndexUpdates"]>[number]

/** Global indexes are made, changed and deleted: one made or deleted at a time (documented). */
export function indexesUpdated(
  tx: WriteTx,
  table: Table,
  { input, billingSwitched }: { readonly input: Input; readonly billingSwitched: boolean },
): Table {
  const given = input.GlobalSecondaryIndexUpdates ?? []
  if (given.length === 0) return table
  assertUpdates(given)
  const defined = input.AttributeDefinitions?.length
    ? attributesOf(input.AttributeDefinitions)
    : undefined
  let changed = table
  for (const update of given)
    changed = indexUpdated(tx, changed, { update, billingSwitched, defined })
  assertProjectedCount([...changed.localIndexes, ...changed.globalIndexes])
  return changed
}

/**
 * Recorded: the request has to define the keys of the new index, though they may be known, and what
 * else it defines does not matter.
 */
function withIndex(table: Table, index: GlobalIndex): Table {
  const known = new Map(table.attributes.map((one) => [one.name, one]))
  const fresh: KeyAttribute[] = []
  for (const attribute of keyAttributes(index.keys)) {
    const { name, type } = attribute
    const before = known.get(name)
    if (before && before.type !== type) throw redefined(name, before.type, type)
    if (!before) fresh.push({ name, type })
  }
  const attributes = [...table.attributes, ...fresh]
  return { ...table, attributes, globalIndexes: [...table.globalIndexes, index] }
}

/** The words are those of tests against AWS, for a partition key. */
const redefined = (name: string, before: string, now: string): Error =>
  invalidValues(
    "Attributes cannot be redefined. Please check that your attribute has the same type as " +
      `previously defined. Existing schema: Schema:[SchemaElement: key{${name}:${before}:HASH}] ` +
      `New schema: Schema:[SchemaElement: key{${name}:${now}:HASH}]`,
  )

const nameIn = ({ Update, Create, Delete }: Given): string | undefined =>
  Update?.IndexName ?? Create?.IndexName ?? Delete?.IndexName

/** Recorded. */
function assertUpdates(given: readonly Given[]): void {
  const names = new Set<string>()
  for (const update of given) {
    const name = nameIn(update)
    if (name === undefined) {
      throw invalidValues(
        "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null",
      )
    }
    const { Create, Update, Delete } = update
    if ([Create, Update, Delete].filter(Boolean).length > 1)
      throw invalidValues(
        "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object",
      )
    if (names.has(name)) {
      throw invalidValues(
        `Only one global secondary index update per index is allowed simultaneously. Index: ${name}`,
      )
    }
    names.add(name)
  }
  if (given.filter(({ Create, Delete }) => Create ?? Delete).length > 1) {
    throw new AwsError(
      "LimitExceededException",
      "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    )
  }
}

function indexUpdated(
  tx: WriteTx,
  table: Table,
  {
    update,
    billingSwitched,
    defined,
  }: {
    readonly update: Given
    readonly billingSwitched: boolean
    readonly defined: readonly KeyAttribute[] | undefined
  },
): Table {
  const { Create, Update, Delete } = update
  if (Create) return withIndex(table, newIndex(tx, table, { given: Create, defined }))
  const name = Update?.IndexName ?? Delete?.IndexName ?? ""
  const index = table.globalIndexes.find((one) => one.name === name)
  if (table.localIndexes.some((one) => one.name === name))
    throw validation(
      `Cannot ${Update ? "update" : "delete"} an index that is not a GlobalSecondaryIndex: ${name}`,
    )
  if (!index || index.status === "DELETING")
    throw new AwsError(
      "ResourceNotFoundException",
      `Requested resource not found: Index ${name} for table ${table.name}`,
    )
  const next: GlobalIndex = Update
    ? changedIndex(tx, table, { index, update: Update, billingSwitched })
    : { ...index, status: "DELETING" }
  return {
    ...table,
    globalIndexes: table.globalIndexes.map((one) => (one === index ? next : one)),
  }
}

function newIndex(
  tx: WriteTx,
  table: Table,
  {
    given,
    defined,
  }: {
    readonly given: NonNullable<Given["Create"]>
    readonly defined: readonly KeyAttribute[] | undefined
  },
): GlobalIndex {
  const { mode } = table.billing
  const { IndexName, ProvisionedThroughput, OnDemandThroughput, WarmThroughput } = given
  const others = [...table.localIndexes, ...table.globalIndexes]
  if (others.some(({ name }) => name === IndexName))
    // As users quote it.
    throw validation("Attempting to create an index which already exists")
  if (table.globalIndexes.length >= GLOBAL_INDEXES)
    throw new AwsError(
      "LimitExceededException",
      `Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of ${GLOBAL_INDEXES}`,
    )
  if (!defined) throw invalidValues(`AttributeDefinitions is not specified for index: ${IndexName}`)
  const throughput = addedThroughput(mode, IndexName, ProvisionedThroughput)
  return {
    ...globalIndex(given, defined),
    id: tx.serial(),
    status: "CREATING",
    backfilling: true,
    throughput,
    onDemand: onDemandLimits(mode, OnDemandThroughput, IndexName),
    warm: givenWarm(WarmThroughput, {
      ...{ least: warmOf(mode, throughput, undefined), why: mode, index: IndexName },
    }),
  }
}

function changedIndex(
  tx: WriteTx,
  table: Table,
  of: { index: GlobalIndex; update: NonNullable<Given["Update"]>; billingSwitched: boolean },
): GlobalIndex {
  const { index, update, billingSwitched } = of
  const { mode } = table.billing
  const { ProvisionedThroughput: given, WarmThroughput, OnDemandThroughput } = update
  const { name } = index
  const isSome = (one: object | undefined): boolean => Object.keys(one ?? {}).length > 0
  if (mode === "PAY_PER_REQUEST" && !isSome(WarmThroughput) && !isSome(OnDemandThroughput))
    throw invalidValues(
      `The only Updates for index: ${name} when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput`,
    )
  if (given && mode === "PAY_PER_REQUEST") indexThroughput(mode, name, given)
  // With another billing mode the capacity was taken already.
  const throughput =
    given && !billingSwitched
      ? changedThroughput(tx, { old: index.throughput, given, index: name })
      : index.throughput
  const least = warmOf(mode, throughput, index.warm)
  return {
    ...index,
    status: "UPDATING",
    throughput,
    onDemand: changedOnDemandLimits(mode, OnDemandThroughput, {
      ...{ former: index.onDemand, index: name },
    }),
    warm: givenWarm(WarmThroughput, { least, why: "former", index: name }) ?? index.warm,
  }
}

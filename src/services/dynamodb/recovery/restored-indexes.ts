import type { WriteTx } from "../../../kernel/transaction.ts"
import { invalidRequest } from "../errors.ts"
import { globalIndexes, localIndexes, type CheckedIndex } from "../tables/schema.ts"
import { keyAttributes, type GlobalIndex, type Index, type Table } from "../tables/table.ts"
import { indexThroughput, onDemandLimits } from "../tables/throughput.ts"
import type { Overrides } from "./restored-table.ts"

interface Restored {
  readonly source: Table
  readonly input: Overrides
  readonly mode: Table["billing"]["mode"]
}

/** The indexes of a restored table: the source's, or those of them that the request names. */
export function restoredIndexes(
  tx: WriteTx,
  { source, input, mode }: Restored,
): Pick<Table, "attributes" | "localIndexes" | "globalIndexes"> {
  const { keys, attributes } = source
  const local = input.LocalSecondaryIndexOverride
  const global = input.GlobalSecondaryIndexOverride
  // A list without members leaves all of them out.
  const wantedLocal = local?.length ? localIndexes(local, { keys, attributes }) : []
  const wantedGlobal = global?.length
    ? globalIndexes(global, { attributes, local: local ? wantedLocal : source.localIndexes })
    : []
  const there = source.globalIndexes.filter(({ status }) => status !== "DELETING")
  const localOnes = local ? chosen(wantedLocal, source.localIndexes) : source.localIndexes
  const globalOnes = global ? chosen(wantedGlobal, there) : there
  const made = {
    localIndexes: localOnes.map((index) => ({ ...index, id: tx.serial() })),
    globalIndexes: globalOnes.map((index) => restoredIndex(tx, index, { source, input, mode })),
  }
  return { ...made, attributes: usedAttributes(source, made) }
}

function restoredIndex(
  tx: WriteTx,
  index: GlobalIndex,
  { source, input, mode }: Restored,
): GlobalIndex {
  const given = input.GlobalSecondaryIndexOverride?.find((one) => one.IndexName === index.name)
  const isSame = mode === source.billing.mode
  const { read, write } = index.throughput
  const units = given?.ProvisionedThroughput
  const limits = given?.OnDemandThroughput
  if (given && !units && mode === "PROVISIONED")
    throw invalidRequest(`Must specify provisioned throughput for index ${index.name}`)
  if (units && mode === "PAY_PER_REQUEST")
    throw invalidRequest(
      `Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST for index ${index.name}`,
    )
  return {
    ...{ name: index.name, keys: index.keys, projection: index.projection },
    ...{ id: tx.serial(), status: "CREATING" },
    throughput: units || !isSame ? indexThroughput(mode, index.name, units) : { read, write },
    onDemand: limits
      ? onDemandLimits(mode, limits, index.name)
      : isSame
        ? index.onDemand
        : undefined,
  }
}

/**
 * The indexes of the source that a request names: by their keys and projections, for they may have
 * other names (recorded).
 */
const chosen = <One extends Index>(
  wanted: readonly CheckedIndex[],
  known: readonly One[],
): readonly One[] =>
  wanted.map((one) => {
    const same = known.filter((index) => isLike(index, one))
    const found = same.find(({ name }) => name === one.name) ?? same[0]
    if (!found)
      throw invalidRequest(
        `Index ${one.name} does not match a secondary index that existed in the source table and ` +
          "cannot be created during the restore operation",
      )
    return { ...found, name: one.name }
  })

const isLike = (index: Index, { keys, projection }: CheckedIndex): boolean =>
  namesOf(index.keys) === namesOf(keys) &&
  index.projection.type === projection.type &&
  index.projection.attributes.toSorted().join() === projection.attributes.toSorted().join()

const namesOf = (keys: Index["keys"]): string =>
  JSON.stringify([keys.hashes?.length ?? 1, keyAttributes(keys).map(({ name }) => name)])

function usedAttributes(
  { attributes, keys }: Table,
  indexes: { readonly localIndexes: readonly Index[]; readonly globalIndexes: readonly Index[] },
): Table["attributes"] {
  const schemas = [
    ...[keys, ...indexes.localIndexes.map((one) => one.keys)],
    ...indexes.globalIndexes.map((one) => one.keys),
  ]
  return attributes.filter(({ name }) =>
    schemas.some((keys) => keyAttributes(keys).some((one) => one.name === name)),
  )
}

import type { WriteTx } from "../../../kernel/transaction.ts"
import { validation } from "../errors.ts"
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
  assertKnown(wantedLocal, source.localIndexes)
  assertKnown(wantedGlobal, source.globalIndexes)
  const localOnes = source.localIndexes.filter(({ name }) => !local || isNamed(wantedLocal, name))
  const globalOnes = source.globalIndexes.filter(
    ({ name, status }) => status !== "DELETING" && (!global || isNamed(wantedGlobal, name)),
  )
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
  return {
    ...{ name: index.name, keys: index.keys, projection: index.projection },
    ...{ id: tx.serial(), status: "CREATING" },
    throughput: units || !isSame ? indexThroughput(mode, index.name, units) : { read, write },
    onDemand: limits ? onDemandLimits(mode, limits) : isSame ? index.onDemand : undefined,
  }
}

const isNamed = (indexes: readonly CheckedIndex[], name: string): boolean =>
  indexes.some((one) => one.name === name)

/** "The indexes provided should match existing secondary indexes"; the words are not verified. */
function assertKnown(wanted: readonly CheckedIndex[], known: readonly Index[]): void {
  for (const { name, keys, projection } of wanted) {
    const there = known.find((one) => one.name === name)
    const fits =
      there &&
      namesOf(there.keys) === namesOf(keys) &&
      there.projection.type === projection.type &&
      [...there.projection.attributes].toSorted().join() ===
        [...projection.attributes].toSorted().join()
    if (!fits)
      throw validation(
        `One or more parameter values were invalid: Index ${name} does not match an index of the source table`,
      )
  }
}

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

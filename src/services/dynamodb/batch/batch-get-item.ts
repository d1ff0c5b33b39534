import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { AwsError } from "../../../protocols/aws-error.ts"
import { textMember } from "../../../protocols/json/json-text.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo } from "../access.ts"
import { addUsed, consumedCapacity, meterRead, type Used } from "../capacity/consumed.ts"
import { refusalOfOne, spend } from "../capacity/spending.ts"
import { readUnits } from "../capacity/units.ts"
import { op, type In, type Out } from "../define.ts"
import { validation } from "../errors.ts"
import type { Projection } from "../expressions/expressions.ts"
import { compileParameters, refuseMixed } from "../expressions/parameters.ts"
import { batchContext, selectContext } from "../items/context.ts"
import { distinctItems } from "../items/distinct.ts"
import { itemsOf, jsonOfFound, type Found } from "../items/found.ts"
import { assertKey, itemKey } from "../items/keys.ts"
import { itemOf } from "../items/rows.ts"
import { assertLeader } from "../global/strong.ts"
import { BATCH_BYTES, BATCH_GET_KEYS } from "../limits.ts"
import { readAsAsked } from "../staleness/reading.ts"
import { newlyWorded } from "../items/request-wording.ts"
import { findTable, type Table } from "../tables/table.ts"
import type { Item } from "../values/attribute-value.ts"
import { checkedItem } from "../values/validation.ts"

type Input = In<"BatchGetItem">
type Asked = Input["RequestItems"][string]

/** The keys of one table, checked as far as they can be without it. */
interface Wanted {
  readonly name: string
  readonly asked: Asked
  readonly keys: readonly Item[]
  readonly projection: Projection | undefined
}

/** A write, for what it costs is counted. Checks in the order that is recorded. */
export const BatchGetItem = op.write("BatchGetItem", {
  authorize(tx: ReadTx, input: Input, call: Call): readonly AccessRequest[] {
    const { RequestItems, ReturnConsumedCapacity } = input
    return Object.entries(RequestItems).map(([name, asked]) =>
      accessTo(tx, name, call, {
        context: (table) => ({
          ...batchContext(table, asked.Keys, { ...asked, ReturnConsumedCapacity }),
          ...selectContext(asked),
        }),
      }),
    )
  },
  run(tx, { RequestItems, ReturnConsumedCapacity }, call): Out<"BatchGetItem"> {
    const wanted = checked(RequestItems)
    const count = wanted.reduce((sum, { keys }) => sum + keys.length, 0)
    if (count > BATCH_GET_KEYS)
      throw validation("Too many items requested for the BatchGetItem call")
    const placed = wanted.map((one) => place(findTable(tx, one.name, call), one))
    for (const { table, asked } of placed) if (asked.ConsistentRead) assertLeader(tx, table)
    const left = { bytes: BATCH_BYTES }
    const answers = placed.map((one) => ({ ...one, ...readKeys(tx, one, left) }))
    const refused = answers.find(({ refusal }) => refusal)?.refusal
    // Documented: of a batch of which nothing can be read.
    if (refused && answers.every(({ used }) => used === undefined)) throw refused
    return withResponses(answers, {
      UnprocessedKeys: Object.fromEntries(
        answers
          .filter(({ unread }) => unread.length > 0)
          .map(({ name, asked, unread }) => [name, { ...asked, Keys: unread }]),
      ),
      ConsumedCapacity: someList(
        answers.map(
          ({ name, used }) => used && consumedCapacity(ReturnConsumedCapacity, name, { used }),
        ),
      ),
    })
  },
})

interface TableAnswer {
  readonly name: string
  readonly found: readonly Found[]
}

const responsesOf = (answers: readonly TableAnswer[]): Record<string, Item[]> =>
  Object.fromEntries(answers.map(({ name, found }) => [name, [...itemsOf(found)]]))

const RESPONSES = textMember("Responses", responsesOf)

/** Items as they are stored are answered as they are. */
function withResponses<Output extends object>(answers: readonly TableAnswer[], output: Output) {
  let text = ""
  for (const { name, found } of answers) {
    const json = jsonOfFound(found)
    if (json === undefined) return { Responses: responsesOf(answers), ...output }
    text += `${text === "" ? "" : ","}${JSON.stringify(name)}:${json}`
  }
  return RESPONSES.add(output, `{${text}}`, answers)
}

const checked = newlyWorded((asked: Input["RequestItems"]) =>
  Object.entries(asked).map(([name, one]) => wantedOf(name, one)),
)

function wantedOf(name: string, asked: Asked): Wanted {
  refuseMixed("get", asked)
  const { projection } = compileParameters("get", asked)
  return { name, asked, keys: asked.Keys.map(checkedItem), projection }
}

/** The keys in their table: each is one of its keys, and stands there once. */
function place(table: Table, wanted: Wanted) {
  const distinct = distinctItems(duplicates)
  for (const key of wanted.keys) {
    assertKey(table.keys, key)
    distinct(itemKey(table, key))
  }
  return { ...wanted, table }
}

/** Recorded. */
export const duplicates = (): Error => validation("Provided list of item keys contains duplicates")

interface Readings {
  readonly found: readonly Found[]
  readonly unread: readonly Item[]
  /** Undefined where nothing was read. */
  readonly used: Used | undefined
  readonly refusal: AwsError | undefined
}

/**
 * Reads until nothing may be answered any more: the keys behind are left unread, and those for which
 * the table has no capacity.
 */
function readKeys(
  tx: WriteTx,
  { table, keys, projection, asked }: ReturnType<typeof place>,
  left: { bytes: number },
): Readings {
  const found: Found[] = []
  const unread: Item[] = []
  let used: Used | undefined
  let refusal: AwsError | undefined
  for (const [i, item] of keys.entries()) {
    const refused = refusalOfOne(tx, table, { kind: "read", item })
    if (refused) {
      refusal = refused
      unread.push(item)
      continue
    }
    const consistent = asked.ConsistentRead === true
    const stored = readAsAsked(tx, table, { key: item, consistent })
    const sizeBytes = stored?.sizeBytes ?? 0
    if (sizeBytes > left.bytes) {
      left.bytes = 0
      unread.push(...keys.slice(i))
      break
    }
    left.bytes -= sizeBytes
    const units = { table: readUnits(sizeBytes, consistent), holder: item }
    spend(tx, table, { kind: "read", used: units })
    used = addUsed(used, units)
    if (stored) found.push(projection?.of(itemOf(stored)) ?? stored)
  }
  if (used) meterRead(tx, table, used)
  return { found, unread, used, refusal }
}

/** What of a list is there; no list where nothing is. */
export function someList<One>(list: readonly (One | undefined)[]): One[] | undefined {
  const some = list.filter((one) => one !== undefined)
  return some.length > 0 ? some : undefined
}

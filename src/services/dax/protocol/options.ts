import { bytesOf, integerOf, pairsOf, textOf, type Value } from "./decode.ts"
import {
  conditionText,
  Placeholders,
  projectionPaths,
  updateText,
  type PathStep,
} from "./expression.ts"
import { decodeKey, type KeySchema } from "./key.ts"
import {
  CONSUMED_CAPACITY,
  ITEM_COLLECTION_METRICS,
  OPTION,
  RETURN_VALUES,
  SELECT,
} from "./methods.ts"
import { itemOfPairs, type Item } from "./attribute.ts"
import { decode } from "./decode.ts"
import { ProtocolError } from "./protocol-error.ts"

export type Path = readonly PathStep[]

/** What a request says beyond its table and key. */
export interface Options {
  /** Members of DynamoDB's input. */
  readonly members: Readonly<Record<string, unknown>>
  readonly expressions: Placeholders
  /** The paths that are wanted, if not all. */
  readonly paths?: readonly Path[] | undefined
}

/** Throws ProtocolError for options that no client sends. */
export function readOptions(
  value: Value | undefined,
  of: { readonly schema?: KeySchema; readonly keyCondition?: Buffer } = {},
): Options {
  const members: Record<string, unknown> = {}
  const expressions = new Placeholders()
  if (of.keyCondition)
    members["KeyConditionExpression"] = conditionText(of.keyCondition, expressions, "k")
  const given = value === null || value === undefined ? [] : pairsOf(value)
  const all = new Map(given.map(([option, one]) => [integerOf(option), one]))
  const paths = all.get(OPTION.projection)
  for (const [option, one] of all) {
    const read = READERS[option]
    if (read) Object.assign(members, read(one, expressions))
    else if (option === OPTION.exclusiveStartKey)
      members["ExclusiveStartKey"] = startKey(one, all.has(OPTION.indexName), of.schema)
    else if (option !== OPTION.projection) throw new ProtocolError(`an unknown option ${option}`)
  }
  const wanted = paths === undefined || paths === null ? undefined : projectionPaths(bytesOf(paths))
  return { members, expressions, paths: wanted }
}

type Reader = (value: Value, expressions: Placeholders) => object

const READERS: Readonly<Record<number, Reader>> = {
  [OPTION.consistentRead]: (value) => ({ ConsistentRead: flag(value) }),
  [OPTION.consumedCapacity]: (value) => ({
    ReturnConsumedCapacity: named(CONSUMED_CAPACITY, value),
  }),
  [OPTION.condition]: (value, all) => ({
    ConditionExpression: conditionText(bytesOf(value), all, "c"),
  }),
  [OPTION.itemCollectionMetrics]: (value) => ({
    ReturnItemCollectionMetrics: named(ITEM_COLLECTION_METRICS, value),
  }),
  [OPTION.returnValues]: (value) => ({ ReturnValues: named(RETURN_VALUES, value) }),
  [OPTION.update]: (value, all) => ({ UpdateExpression: updateText(bytesOf(value), all, "u") }),
  [OPTION.filter]: (value, all) => ({ FilterExpression: conditionText(bytesOf(value), all, "f") }),
  [OPTION.indexName]: (value) => ({ IndexName: textOf(value) }),
  [OPTION.limit]: (value) => ({ Limit: integerOf(value) }),
  [OPTION.scanIndexForward]: (value) => ({ ScanIndexForward: flag(value) }),
  // Clients say "all attributes" too where nobody chose: it is the default of most requests.
  [OPTION.select]: (value) => (value === 1 ? {} : { Select: named(SELECT, value) }),
  [OPTION.segment]: (value) => ({ Segment: integerOf(value) }),
  [OPTION.totalSegments]: (value) => ({ TotalSegments: integerOf(value) }),
  [OPTION.clientRequestToken]: (value) => ({ ClientRequestToken: textOf(value) }),
}

const flag = (value: Value): boolean => value === true || value === 1

function named(names: readonly string[], value: Value): string {
  const name = names[integerOf(value)]
  if (!name) throw new ProtocolError("an unknown value of an option")
  return name
}

/** Of an index: all its attributes by name. Of a table: the key. */
function startKey(value: Value, isIndex: boolean, schema: KeySchema = []): Item {
  const bytes = bytesOf(value)
  return isIndex ? itemOfPairs(pairsOf(decode(bytes))) : decodeKey(schema, bytes)
}

/** The attributes that hold all the paths, as a ProjectionExpression. */
export const projectionText = (paths: readonly Path[], all: Placeholders): string =>
  [...new Set(paths.map(([first]) => String(first)))].map((name) => all.name(name)).join(", ")

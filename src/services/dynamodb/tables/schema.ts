import { invalidValues, validation } from "../errors.ts"
import { GLOBAL_INDEXES, LOCAL_INDEXES, PROJECTED_ATTRIBUTES } from "../limits.ts"
import type { KeyType } from "../values/attribute-value.ts"
import { keyAttributes, type KeyAttribute, type KeySchema, type Projection } from "./table.ts"

/** Key schemas and projections as requests give them; the texts are recorded, their order too. */

export interface GivenKey {
  readonly AttributeName: string
  readonly KeyType: string
}

export interface GivenAttribute {
  readonly AttributeName: string
  readonly AttributeType: string
}

export interface GivenProjection {
  readonly ProjectionType?: string | undefined
  readonly NonKeyAttributes?: readonly string[] | undefined
}

export interface GivenIndex {
  readonly IndexName: string
  readonly KeySchema: readonly GivenKey[]
  readonly Projection: GivenProjection
}

export const attributesOf = (given: readonly GivenAttribute[]): readonly KeyAttribute[] =>
  given.map(({ AttributeName, AttributeType }) => ({
    name: AttributeName,
    type: AttributeType as KeyType,
  }))

/** The schema of a table. Throws ValidationException. */
export function tableKeys(
  given: readonly GivenKey[],
  attributes: readonly KeyAttribute[],
): KeySchema {
  if (given.length > attributes.length)
    throw validation("Invalid KeySchema: Some index key attribute have no definition")
  return keySchema(given, attributes)
}

/** The attributes of each key of a global index (docs: "Multi-attribute key schema"). */
const SEVERAL = 4

/**
 * The schema of a global index with several attributes in its keys, partition first (docs:
 * "Multi-attribute key schema"; the words are not verified).
 */
function severalKeys(given: readonly GivenKey[], attributes: readonly KeyAttribute[]): KeySchema {
  const of = (type: string): readonly KeyAttribute[] =>
    given
      .filter(({ KeyType }) => KeyType === type)
      .map(({ AttributeName }) => attributes.find((one) => one.name === AttributeName))
      .filter((one) => one !== undefined)
  const [hashes, ranges] = [of("HASH"), of("RANGE")]
  const [hash] = hashes
  if (!hash || given[0]?.KeyType !== "HASH")
    throw validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
  if (given.slice(0, hashes.length).some(({ KeyType }) => KeyType !== "HASH"))
    throw validation("Invalid KeySchema: HASH key attributes must precede RANGE key attributes")
  if (hashes.length > SEVERAL || ranges.length > SEVERAL)
    throw validation(
      `Invalid KeySchema: An index key has up to ${SEVERAL} HASH and ${SEVERAL} RANGE attributes`,
    )
  if (new Set(given.map(({ AttributeName }) => AttributeName)).size < given.length)
    throw validation("Invalid KeySchema: Several key attributes have the same name")
  return {
    ...{ hash, range: ranges[0] },
    ...(hashes.length > 1 && { hashes }),
    ...(ranges.length > 1 && { ranges }),
  }
}

/** The schema of a table or an index. Throws ValidationException. */
export function keySchema(
  given: readonly GivenKey[],
  attributes: readonly KeyAttribute[],
  kind: "one" | "several" = "one",
): KeySchema {
  const names = given.map(({ AttributeName }) => AttributeName)
  const defined = attributes.map(({ name }) => name)
  if (names.some((name) => !defined.includes(name))) {
    throw invalidValues(
      "Some index key attributes are not defined in AttributeDefinitions. " +
        `Keys: [${names.join(", ")}], AttributeDefinitions: [${defined.join(", ")}]`,
    )
  }
  if (kind === "several" && isSeveral(given)) return severalKeys(given, attributes)
  // Not verified: only global indexes have more.
  if (given.length > 2) throw tooManyKeys(given)
  if (given.length === 2 && names[0] === names[1])
    throw validation(
      "Both the Hash Key and the Range Key element in the KeySchema have the same name",
    )
  if (given[0]?.KeyType !== "HASH")
    throw validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
  if (given[1] && given[1].KeyType !== "RANGE")
    throw validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
  const [hash, range] = names.map((name) => attributes.find((one) => one.name === name))
  return range ? { hash: hash as KeyAttribute, range } : { hash: hash as KeyAttribute }
}

/** As tests against AWS have it, which writes the elements in this way or another. */
function tooManyKeys(given: readonly GivenKey[]): Error {
  const elements = given.map(
    ({ AttributeName, KeyType: kind }) =>
      `KeySchemaElement(attributeName=${AttributeName}, keyType=${kind})`,
  )
  return validation(
    `1 validation error detected: Value '[${elements.join(", ")}]' at 'keySchema' failed to ` +
      "satisfy constraint: Member must have length less than or equal to 2",
  )
}

const isSeveral = (given: readonly GivenKey[]): boolean =>
  given.length > 2 || (given.length === 2 && given[1]?.KeyType === "HASH")

function projectionOf({ ProjectionType, NonKeyAttributes }: GivenProjection): Projection {
  if (ProjectionType === undefined) throw invalidValues("Unknown ProjectionType: null")
  const type = ProjectionType as Projection["type"]
  if (NonKeyAttributes && type !== "INCLUDE")
    throw invalidValues(`ProjectionType is ${type}, but NonKeyAttributes is specified`)
  // Recorded in no place that we know; users quote it.
  if (!NonKeyAttributes && type === "INCLUDE")
    throw invalidValues("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
  const attributes = NonKeyAttributes ?? []
  // Refused by AWS, in tests of others; the words are not verified.
  if (new Set(attributes).size < attributes.length)
    throw invalidValues("Duplicate attributes in NonKeyAttributes")
  return { type, attributes }
}

export interface CheckedIndex {
  readonly name: string
  readonly keys: KeySchema
  readonly projection: Projection
}

export function localIndexes(
  given: readonly GivenIndex[] | undefined,
  table: { readonly keys: KeySchema; readonly attributes: readonly KeyAttribute[] },
): readonly CheckedIndex[] {
  if (given === undefined) return []
  if (given.length === 0) throw invalidValues("List of LocalSecondaryIndexes is empty")
  if (!table.keys.range)
    throw invalidValues(
      "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
    )
  const indexes: CheckedIndex[] = []
  for (const one of given) {
    const { IndexName: name } = one
    const keys = keySchema(one.KeySchema, table.attributes)
    if (!keys.range)
      throw invalidValues(`Index KeySchema does not have a range key for index: ${name}`)
    if (keys.hash.name !== table.keys.hash.name) {
      throw invalidValues(
        "Index KeySchema does not have the same leading hash key as table KeySchema for index: " +
          `${name}. index hash key: ${keys.hash.name}, table hash key: ${table.keys.hash.name}`,
      )
    }
    indexes.push({ name, keys, projection: projectionOf(one.Projection) })
    assertNewName(indexes)
  }
  if (given.length > LOCAL_INDEXES)
    throw invalidValues(
      `Number of LocalSecondaryIndexes exceeds per-table limit of ${LOCAL_INDEXES}`,
    )
  return indexes
}

export function globalIndexes(
  given: readonly GivenIndex[] | undefined,
  table: { readonly attributes: readonly KeyAttribute[]; readonly local: readonly CheckedIndex[] },
): readonly CheckedIndex[] {
  if (given === undefined) return []
  if (given.length === 0) throw invalidValues("List of GlobalSecondaryIndexes is empty")
  const indexes: CheckedIndex[] = []
  for (const one of given) {
    indexes.push(globalIndex(one, table.attributes))
    assertNewName([...table.local, ...indexes])
  }
  if (given.length > GLOBAL_INDEXES)
    throw invalidValues(
      `GlobalSecondaryIndex count exceeds the per-table limit of ${GLOBAL_INDEXES}`,
    )
  return indexes
}

export const globalIndex = (
  given: GivenIndex,
  attributes: readonly KeyAttribute[],
): CheckedIndex => ({
  name: given.IndexName,
  keys: keySchema(given.KeySchema, attributes, "several"),
  projection: projectionOf(given.Projection),
})

/** The last one's name is none of the others'. */
function assertNewName(indexes: readonly CheckedIndex[]): void {
  const last = indexes.at(-1)
  if (last && indexes.some((one) => one !== last && one.name === last.name))
    throw invalidValues(`Duplicate index name: ${last.name}`)
}

/** The words are not verified. */
export function assertProjectedCount(indexes: readonly CheckedIndex[]): void {
  let count = 0
  for (const { projection } of indexes) count += projection.attributes.length
  if (count > PROJECTED_ATTRIBUTES)
    throw invalidValues(
      `The number of attributes projected into all indexes (${count}) exceeds the limit of ${PROJECTED_ATTRIBUTES}`,
    )
}

/** Every definition is there once, and of some key, of the table or an index (recorded). */
export function assertAllUsed(
  attributes: readonly KeyAttribute[],
  table: { readonly keys: KeySchema; readonly indexes: readonly CheckedIndex[] },
): void {
  const names = attributes.map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  // Refused by AWS, in tests of others; the words are not verified.
  if (twice !== undefined) throw invalidValues(`Duplicate AttributeName in definitions: ${twice}`)
  const used = new Set<string>()
  for (const keys of [table.keys, ...table.indexes.map((index) => index.keys)])
    for (const { name } of keyAttributes(keys)) used.add(name)
  const unused = attributes.filter(({ name }) => !used.has(name))
  if (unused.length === 0) return
  if (table.indexes.length === 0) {
    throw invalidValues(
      "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
    )
  }
  // As users quote it.
  throw invalidValues(
    "Some AttributeDefinitions are not used. AttributeDefinitions: " +
      `[${names.join(", ")}], keys used: [${[...used].join(", ")}]`,
  )
}

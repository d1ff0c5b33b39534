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

/** Throws where a name is there twice. */
export function attributesOf(given: readonly GivenAttribute[]): readonly KeyAttribute[] {
  const names = given.map(({ AttributeName }) => AttributeName)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw validation(`Attribute Name is duplicated: ${twice}`)
  return given.map(({ AttributeName, AttributeType }) => ({
    name: AttributeName,
    type: AttributeType as KeyType,
  }))
}

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
 * "Multi-attribute key schema"; the words are recorded).
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
    throw invalidValues(
      "All HASH key attributes must precede RANGE key attributes in the KeySchema",
    )
  const long = hashes.length > SEVERAL ? "HASH" : ranges.length > SEVERAL ? "RANGE" : undefined
  if (long)
    throw invalidValues(
      `The KeySchema exceeds the maximum allowed number of ${long} key attributes`,
    )
  if (new Set(given.map(({ AttributeName }) => AttributeName)).size < given.length)
    throw validation("The KeySchema contains multiple key attributes with the same name")
  return {
    ...{ hash, range: ranges[0] },
    ...(hashes.length > 1 && { hashes }),
    ...(ranges.length > 1 && { ranges }),
  }
}

/** The schema of a table or an index. Throws ValidationException. */
function keySchema(
  given: readonly GivenKey[],
  attributes: readonly KeyAttribute[],
  kind: "one" | "several" = "one",
): KeySchema {
  const names = given.map(({ AttributeName }) => AttributeName)
  assertDefined(
    names,
    attributes.map(({ name }) => name),
  )
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
  if (!NonKeyAttributes && type === "INCLUDE")
    throw invalidValues("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
  const attributes = NonKeyAttributes ?? []
  const again = attributes.find((name, i) => attributes.indexOf(name) !== i)
  if (again !== undefined) throw invalidValues(`Duplicate element in NonKeyAttributes: ${again}`)
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

/**
 * Every definition is there once, and of some key, of the table or an index; looked at before all else
 * of the indexes (recorded).
 */
export function assertAllUsed(
  attributes: readonly KeyAttribute[],
  table: { readonly keys: KeySchema; readonly indexes: readonly GivenIndex[] },
): void {
  const names = attributes.map(({ name }) => name)
  const used = new Set(keyAttributes(table.keys).map(({ name }) => name))
  for (const { KeySchema: keys } of table.indexes) {
    const named = keys.map(({ AttributeName }) => AttributeName)
    assertDefined(named, names)
    for (const name of named) used.add(name)
  }
  const unused = attributes.filter(({ name }) => !used.has(name))
  if (unused.length === 0) return
  if (table.indexes.length === 0) {
    throw invalidValues(
      "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
    )
  }
  throw invalidValues(
    "Some AttributeDefinitions are not used. AttributeDefinitions: " +
      `[${names.join(", ")}], keys used: [${[...used].join(", ")}]`,
  )
}

function assertDefined(names: readonly string[], defined: readonly string[]): void {
  if (names.some((name) => !defined.includes(name))) {
    throw invalidValues(
      "Some index key attributes are not defined in AttributeDefinitions. " +
        `Keys: [${names.join(", ")}], AttributeDefinitions: [${defined.join(", ")}]`,
    )
  }
}

import { hash } from "node:crypto"
import type { KeyPart } from "../../../kernel/key.ts"
import type { KeyParts } from "../../../kernel/table.ts"
import { EmptyKeyError, invalidValues, keyMismatch } from "../errors.ts"
import {
  keyAttributes,
  type Index,
  type KeyAttribute,
  type KeySchema,
  type Table,
} from "../tables/table.ts"
import {
  attributeOf,
  bytesText,
  equalValues,
  typeOf,
  type AttributeValue,
  type Item,
} from "../values/attribute-value.ts"
import { numberKey } from "../values/number.ts"
import { textSize } from "../values/size.ts"

/**
 * Where rows lie. Of an item: [table, partition, sort]; of an entry of a local index:
 * [index, partition, index sort, sort]; of a global one: [index, index partition, index sort,
 * partition, sort]. Sort parts are there only where the schema has one; a sort key of several
 * attributes is as many parts, a partition key of several is one part.
 *
 * A partition part is a hash of the partition key in four characters and the key itself: a scan
 * goes through partitions in the order of their hashes, as AWS's does, and a segment of a parallel
 * scan is a range of them.
 */

/** Docs: "Quotas in Amazon DynamoDB". */
const MOST_HASH_BYTES = 2048
const MOST_RANGE_BYTES = 1024

/** Parts that need no order are cut at this length, and their digest is added. */
const SHORT = 100
const HASH_CHARACTERS = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
/** Four characters of 64: above all hashes. */
export const HASHES = 64 ** 4

export function itemKey(table: Pick<Table, "id" | "keys">, item: Item): KeyParts {
  const { hash: partition, range } = table.keys
  const head = partitionPart(keyValue(item, partition))
  return range ? [table.id, head, sortPart(keyValue(item, range))] : [table.id, head]
}

/**
 * Undefined where the item lacks one of the index's keys, or has something there that can be none:
 * then it is not in the index. Items that were there before the index may (documented).
 */
export function entryKey(table: Table, index: Index, item: Item): KeyParts | undefined {
  if (index.keys.hashes || index.keys.ranges) return severalKey(table, index, item)
  const { hash: partition, range } = index.keys
  const head = attributeOf(item, partition.name)
  const sort = range && attributeOf(item, range.name)
  if (head === undefined || (range && sort === undefined)) return undefined
  if (!canBeKey(head, partition, MOST_HASH_BYTES)) return undefined
  if (range && sort && !canBeKey(sort, range, MOST_RANGE_BYTES)) return undefined
  const key: KeyPart[] = [index.id, partitionPart(head)]
  if (sort) key.push(sortPart(sort))
  // Items of one place in the index are told apart by their own keys.
  if (partition.name !== table.keys.hash.name)
    key.push(short(textOf(keyValue(item, table.keys.hash))))
  if (table.keys.range) key.push(short(textOf(keyValue(item, table.keys.range))))
  return key
}

/** The same of an index whose keys have several attributes: it lacks items that lack one of them. */
function severalKey(table: Table, { id, keys }: Index, item: Item): KeyParts | undefined {
  const values: AttributeValue[] = []
  const { length } = keys.hashes ?? [keys.hash]
  for (const attribute of keyAttributes(keys)) {
    const value = attributeOf(item, attribute.name)
    const most = values.length < length ? MOST_HASH_BYTES : MOST_RANGE_BYTES
    if (value === undefined || !canBeKey(value, attribute, most)) return undefined
    values.push(value)
  }
  const [first, ...more] = values.slice(0, length)
  const key: KeyPart[] = [id, partitionPart(first as AttributeValue, ...more)]
  for (const value of values.slice(length)) key.push(sortPart(value))
  for (const attribute of keyAttributes(table.keys))
    key.push(short(textOf(keyValue(item, attribute))))
  return key
}

function canBeKey(value: AttributeValue, { type }: KeyAttribute, mostBytes: number): boolean {
  if (typeOf(value) !== type) return false
  return !isEmpty(value) && keyBytes(value) <= mostBytes
}

/** The value of a key attribute of an item that was checked. */
function keyValue(item: Item, { name }: KeyAttribute): AttributeValue {
  const value = attributeOf(item, name)
  if (value === undefined) throw new Error(`an item without its key ${name} was not refused`)
  return value
}

/** `more`: the other attributes of a partition key that has several. */
export function partitionPart(value: AttributeValue, ...more: readonly AttributeValue[]): string {
  const text = more.length === 0 ? textOf(value) : textOfSeveral([value, ...more])
  return hashText(hashOf(text)) + short(text)
}

export function sortPart(value: AttributeValue): KeyPart {
  if ("S" in value) return wellFormed(value.S)
  return "N" in value ? numberKey(value.N) : (value as { readonly B: Uint8Array }).B
}

const textOfSeveral = (values: readonly AttributeValue[]): string =>
  JSON.stringify(values.map(textOf))

/** Where a partition key stands among all: 0 to HASHES - 1. */
export const hashOfKey = (values: readonly AttributeValue[]): number =>
  hashOf(values.length === 1 ? textOf(values[0] as AttributeValue) : textOfSeveral(values))

/** The first partition part whose hash is not below. */
export function hashText(value: number): string {
  const at = (shift: number): string => HASH_CHARACTERS[(value >>> shift) & 63] as string
  return at(18) + at(12) + at(6) + at(0)
}

/** FNV-1a over the characters, stirred as MurmurHash ends; its highest 24 bits. */
function hashOf(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 8
}

function textOf(value: AttributeValue): string {
  if ("S" in value) return wellFormed(value.S)
  return "N" in value ? value.N : bytesText((value as { readonly B: Uint8Array }).B)
}

const wellFormed = (text: string): string => (text.isWellFormed() ? text : text.toWellFormed())

const short = (text: string): string =>
  text.length <= SHORT ? text : text.slice(0, SHORT).toWellFormed() + hash("sha256", text, "base64")

/** Attributes of the schema only: what `Key` and `LastEvaluatedKey` hold. */
export function keyOf(
  { hash: partition, range }: KeySchema,
  item: Item,
): Record<string, AttributeValue> {
  const key = { [partition.name]: keyValue(item, partition) }
  return range ? { ...key, [range.name]: keyValue(item, range) } : key
}

/** Throws where `key` is not one of the table's: in AWS's order and words (recorded). */
export function assertKey(keys: KeySchema, key: Item): void {
  if (Object.keys(key).length !== (keys.range ? 2 : 1)) throw keyMismatch()
  assertKeyAttribute(key, keys.hash, true)
  if (keys.range) assertKeyAttribute(key, keys.range, false)
}

function assertKeyAttribute(key: Item, attribute: KeyAttribute, isHash: boolean): void {
  const value = attributeOf(key, attribute.name)
  if (value === undefined || typeOf(value) !== attribute.type) throw keyMismatch()
  assertKeySize(value, attribute, isHash)
}

/** Throws where the item cannot stand in the table or its indexes (recorded). */
export function assertItemKeys(table: Table, item: Item): void {
  assertItemKey(item, table.keys.hash, true)
  if (table.keys.range) assertItemKey(item, table.keys.range, false)
  assertIndexKeys(table, item)
}

/** The same of an item in a batch, whose words for keys are those for keys alone (recorded). */
export function assertBatchedItemKeys(table: Table, item: Item): void {
  assertKeyAttribute(item, table.keys.hash, true)
  if (table.keys.range) assertKeyAttribute(item, table.keys.range, false)
  assertIndexKeys(table, item)
}

function assertItemKey(item: Item, attribute: KeyAttribute, isHash: boolean): void {
  const { name, type } = attribute
  const value = attributeOf(item, name)
  if (value === undefined) throw invalidValues(`Missing the key ${name} in the item`)
  const actual = typeOf(value)
  if (actual !== type)
    throw invalidValues(`Type mismatch for key ${name} expected: ${type} actual: ${actual}`)
  assertKeySize(value, attribute, isHash)
}

/**
 * Throws where an index's key has another type than the index says, is empty or too long: of several
 * indexes for the first by name, and after an update of `before` only for what it changed (recorded).
 */
export function assertIndexKeys(table: Table, item: Item, before?: Item): void {
  if (fitAll(table.localIndexes, item) && fitAll(table.globalIndexes, item)) return
  const all: readonly Index[] = [...table.localIndexes, ...table.globalIndexes]
  for (const index of all.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
    assertKeysOfIndex(index, item, before)
}

/** What lacks keys of an index fits it, too. */
function fitAll(indexes: readonly Index[], item: Item): boolean {
  for (const { keys } of indexes) {
    let places = keys.hashes?.length ?? 1
    for (const attribute of keyAttributes(keys)) {
      const value = attributeOf(item, attribute.name)
      const most = places-- > 0 ? MOST_HASH_BYTES : MOST_RANGE_BYTES
      if (value !== undefined && !canBeKey(value, attribute, most)) return false
    }
  }
  return true
}

function assertKeysOfIndex({ name: indexName, keys }: Index, item: Item, before?: Item): void {
  const { length } = keys.hashes ?? [keys.hash]
  for (const [i, attribute] of keyAttributes(keys).entries()) {
    const value = attributeOf(item, attribute.name)
    if (value === undefined) continue
    const former = before && attributeOf(before, attribute.name)
    if (former && equalValues(former, value)) continue
    const actual = typeOf(value)
    if (actual !== attribute.type) {
      throw invalidValues(
        `Type mismatch for Index Key ${attribute.name} Expected: ${attribute.type} ` +
          `Actual: ${actual} IndexName: ${indexName}`,
      )
    }
    if (isEmpty(value)) throw emptyIndexKey(attribute, indexName, before !== undefined)
    assertKeyBytes(value, i < length)
  }
}

function assertKeySize(value: AttributeValue, attribute: KeyAttribute, isHash: boolean): void {
  if (isEmpty(value)) throw new EmptyKeyError(`${emptyText(attribute)}. Key: ${attribute.name}`)
  assertKeyBytes(value, isHash)
}

const isEmpty = (value: AttributeValue): boolean =>
  "S" in value ? value.S === "" : "B" in value && value.B.byteLength === 0

/** Recorded, these and the following. */
const emptyText = ({ type }: KeyAttribute): string =>
  `The AttributeValue for a key attribute cannot contain an empty ${type === "S" ? "string" : "binary"} value`

const emptyIndexKey = (attribute: KeyAttribute, index: string, isUpdate: boolean): EmptyKeyError =>
  isUpdate
    ? new EmptyKeyError(
        "The update expression attempted to update a secondary index key to a value that is not " +
          `supported. ${emptyText(attribute)}.`,
      )
    : new EmptyKeyError(
        "A value specified for a secondary index key is not supported. " +
          `${emptyText(attribute)}. IndexName: ${index}, IndexKey: ${attribute.name}`,
      )

/** Numbers are never too long. */
const keyBytes = (value: AttributeValue): number =>
  "S" in value ? textSize(value.S) : "B" in value ? value.B.byteLength : 0

function assertKeyBytes(value: AttributeValue, isHash: boolean): void {
  const size = keyBytes(value)
  // Recorded, with the missing blank.
  if (isHash && size > MOST_HASH_BYTES)
    throw invalidValues(
      `Size of hashkey has exceeded the maximum size limit of${MOST_HASH_BYTES} bytes`,
    )
  if (!isHash && size > MOST_RANGE_BYTES)
    throw invalidValues(
      `Aggregated size of all range keys has exceeded the size limit of ${MOST_RANGE_BYTES} bytes`,
    )
}

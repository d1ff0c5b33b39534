import type { KeyPart } from "../../../kernel/key.ts"
import type { KeyParts } from "../../../kernel/table.ts"
import { beginsWith } from "../expressions/condition.ts"
import type { KeyRange } from "../expressions/expressions.ts"
import { partitionPart, sortPart } from "../items/keys.ts"
import type { AttributeValue } from "../values/attribute-value.ts"
import { compareValues } from "../values/compare.ts"
import type { Source } from "./source.ts"

/** The rows between two sort keys, as bounds behind a prefix. */
export interface Bounds {
  readonly prefix: KeyParts
  readonly from?: KeyParts | undefined
  readonly to?: KeyParts | undefined
}

/** The rows that a key condition means. */
export function boundsOf({ id }: Source, { partition, several, sort }: KeyRange): Bounds {
  const { partitions = [], leading = [] } = several ?? {}
  const prefix = [id, partitionPart(partition, ...partitions), ...leading.map(sortPart)]
  if (!sort) return { prefix }
  switch (sort.operator) {
    case "=":
      return { prefix: [...prefix, sortPart(sort.value)] }
    case "<":
      return { prefix, to: [sortPart(sort.value)] }
    case "<=":
      return { prefix, to: [successor(sortPart(sort.value))] }
    case ">":
      return { prefix, from: [successor(sortPart(sort.value))] }
    case ">=":
      return { prefix, from: [sortPart(sort.value)] }
    case "between":
      return { prefix, from: [sortPart(sort.low)], to: [successor(sortPart(sort.high))] }
    case "begins_with":
      return { prefix, from: [sortPart(sort.value)], to: aboveAll(sort.value) }
  }
}

/** Whether a sort key is one of those that a condition means. */
export function isWithin(value: AttributeValue, sort: NonNullable<KeyRange["sort"]>): boolean {
  if (sort.operator === "begins_with") return beginsWith(value, sort.value)
  const compare = (other: AttributeValue): number => compareValues(value, other) ?? Number.NaN
  switch (sort.operator) {
    case "=":
      return compare(sort.value) === 0
    case "<":
      return compare(sort.value) < 0
    case "<=":
      return compare(sort.value) <= 0
    case ">":
      return compare(sort.value) > 0
    case ">=":
      return compare(sort.value) >= 0
    case "between":
      return compare(sort.low) >= 0 && compare(sort.high) <= 0
  }
}

/** The next part after one: itself and the lowest character or byte. */
function successor(part: KeyPart): KeyPart {
  return part instanceof Uint8Array ? Buffer.concat([part, Buffer.alloc(1)]) : `${String(part)}\0`
}

/** More of the highest character than a sort key of 1,024 bytes can have. */
const HIGHEST = "\u{10ffff}".repeat(257)

/** Above all that begin with the value; undefined where nothing else is. */
function aboveAll(value: AttributeValue): KeyParts | undefined {
  if (!("B" in value)) return [`${sortPart(value) as string}${HIGHEST}`]
  const bytes = Buffer.from(value.B)
  let last = bytes.length - 1
  while (last >= 0 && bytes[last] === 0xff) last--
  if (last < 0) return undefined
  bytes[last] = (bytes[last] as number) + 1
  return [bytes.subarray(0, last + 1)]
}

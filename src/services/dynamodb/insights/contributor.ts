import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { KeySchema } from "../tables/table.ts"
import {
  attributeOf,
  bytesText,
  type AttributeValue,
  type Item,
} from "../values/attribute-value.ts"

/**
 * The rules of DynamoDB's contributor insights (docs: "CloudWatch contributor insights for DynamoDB:
 * How it works"): of partition keys, or of partition and sort keys; of what they consume, or how often
 * they are throttled.
 */
export type Rule = "PKC" | "PKT" | "SKC" | "SKT"

/** What one key did in one minute. */
export interface Contributor {
  /** Of the table or the global index. */
  readonly id: number
  readonly rule: Rule
  readonly minuteMs: number
  /** The values of the partition key, and of the sort key where the rule has it, as JSON. */
  readonly key: string
  /** `ConsumedThroughputUnits` or `ThrottleCount`. */
  readonly value: number
}

export const contributors = table<Contributor>("dynamodb/contributor", {
  key: ({ id, rule, minuteMs, key }) => [id, minuteMs, rule, key],
  rewritten: true,
})

/** All keys of a minute together. */
export interface ContributorSum {
  readonly id: number
  readonly rule: Rule
  readonly minuteMs: number
  readonly keys: number
  readonly value: number
}

export const contributorSums = table<ContributorSum>("dynamodb/contributor-sum", {
  key: ({ id, rule, minuteMs }) => [id, minuteMs, rule],
  rewritten: true,
})

/** Keys that are told apart in a minute: CloudWatch's reports name 100 at most. */
export const CONTRIBUTORS = 500

const textOf = (value: AttributeValue): string =>
  "S" in value
    ? value.S
    : "N" in value
      ? value.N
      : bytesText((value as { readonly B: Uint8Array }).B)

/** The partition key of an item as text; undefined where the item lacks it. */
export function partitionText({ hash, hashes }: KeySchema, item: Item): string | undefined {
  if (hashes) return listText(hashes, item)
  const value = attributeOf(item, hash.name)
  return value && textOf(value)
}

export function sortText({ range, ranges }: KeySchema, item: Item): string | undefined {
  if (ranges) return listText(ranges, item)
  const value = range && attributeOf(item, range.name)
  return value && textOf(value)
}

function listText(attributes: readonly { readonly name: string }[], item: Item) {
  const texts = attributes
    .map(({ name }) => attributeOf(item, name))
    .map((one) => one && textOf(one))
  return texts.includes(undefined) ? undefined : JSON.stringify(texts)
}

/** The keys of one minute and rule, those that contribute most first. */
export function contributorsOf(
  tx: ReadTx,
  id: number,
  { rule, minuteMs }: { readonly rule: Rule; readonly minuteMs: number },
): readonly Contributor[] {
  const { rows } = tx.scan(contributors, { prefix: [id, minuteMs, rule], limit: CONTRIBUTORS })
  return rows.toSorted((a, b) => b.value - a.value || (a.key < b.key ? -1 : 1))
}

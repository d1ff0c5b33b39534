import { hash } from "node:crypto"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Used } from "../capacity/consumed.ts"
import type { ThrottlingReason } from "../capacity/throttled.ts"
import type { Kind } from "../capacity/traffic.ts"
import type { GlobalIndex, Table } from "../tables/table.ts"
import type { Item } from "../values/attribute-value.ts"
import {
  CONTRIBUTORS,
  contributors,
  contributorSums,
  partitionText,
  sortText,
  type Rule,
} from "./contributor.ts"
import { forgetOld } from "./forgetting.ts"

interface Access {
  readonly kind: Kind
  readonly used: Used
}

/** A write unit counts three times (docs: "How it works", most accessed items). */
const WRITE_WEIGHT = 3

/** Counts who used what, where that is wanted: most tables do not. */
export function countAccess(tx: WriteTx, table: Table, { kind, used }: Access): void {
  const { holder } = used
  if (holder === undefined) return
  const weight = kind === "write" ? WRITE_WEIGHT : 1
  if (wantsAccess(table)) count(tx, table, { item: holder, value: used.table * weight, rule: "C" })
  for (const name in used.global) {
    const index = table.globalIndexes.find((one) => one.name === name)
    if (index && wantsAccess(index))
      count(tx, index, { item: holder, value: (used.global[name] as number) * weight, rule: "C" })
  }
}

const wantsAccess = ({ insights }: Table | GlobalIndex): boolean =>
  insights?.mode === "ACCESSED_AND_THROTTLED_KEYS" && insights.ends === undefined

/**
 * Counts who was refused. A write that an index holds up is not measured (docs: "How it works", most
 * throttled items).
 */
export function countThrottle(
  tx: WriteTx,
  table: Table,
  { kind, used, reasons }: Access & { readonly reasons: readonly ThrottlingReason[] },
): void {
  const { holder } = used
  if (holder === undefined) return
  if (reasons.some(({ reason }) => reason.startsWith("Table")) && isCounted(table))
    count(tx, table, { item: holder, value: 1, rule: "T" })
  if (kind === "write") return
  for (const name in used.global) {
    const index = table.globalIndexes.find((one) => one.name === name)
    if (index && isCounted(index)) count(tx, index, { item: holder, value: 1, rule: "T" })
  }
}

const isCounted = ({ insights }: Table | GlobalIndex): boolean =>
  insights !== undefined && insights.ends === undefined

interface Counting {
  readonly item: Item
  readonly value: number
  readonly rule: "C" | "T"
}

function count(tx: WriteTx, of: Table | GlobalIndex, { item, value, rule }: Counting): void {
  if (value <= 0) return
  const partition = partitionText(of.keys, item)
  if (partition === undefined) return
  add(tx, { id: of.id, rule: `PK${rule}`, key: [partition], value })
  const sort = sortText(of.keys, item)
  if (sort !== undefined) add(tx, { id: of.id, rule: `SK${rule}`, key: [partition, sort], value })
}

interface Addition {
  readonly id: number
  readonly rule: Rule
  readonly key: readonly string[]
  readonly value: number
}

/** Longer keys are cut, and their digest is added. */
const LONGEST = 500

function add(tx: WriteTx, { id, rule, key: parts, value }: Addition): void {
  const minuteMs = Math.floor(tx.now / 60_000) * 60_000
  const text = JSON.stringify(parts)
  const key =
    text.length <= LONGEST ? text : text.slice(0, LONGEST).toWellFormed() + hash("md5", text)
  const known = tx.get(contributors, [id, minuteMs, rule, key])
  const sum = tx.get(contributorSums, [id, minuteMs, rule]) ?? { keys: 0, value: 0 }
  const isNew = known === undefined && sum.keys < CONTRIBUTORS
  if (sum.keys === 0) forgetOld(tx, id)
  const of = { id, rule, minuteMs }
  tx.put(contributorSums, { ...of, keys: sum.keys + (isNew ? 1 : 0), value: sum.value + value })
  if (known || isNew) tx.put(contributors, { ...of, key, value: (known?.value ?? 0) + value })
}

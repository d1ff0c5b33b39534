import type { ReadTx } from "../../../kernel/transaction.ts"
import { ionText } from "../ion/write.ts"
import { keyOf } from "../items/keys.ts"
import { items } from "../items/rows.ts"
import { changes, endsOf, textAt, type Change } from "../recovery/changes.ts"
import type { Item } from "../values/attribute-value.ts"
import { itemOfText, itemText, jsonOfText } from "../values/item-text.ts"
import { isFull, type Export, type FullExport, type IncrementalExport } from "./export.ts"

/** Lines of one data file. */
export interface Lines {
  readonly lines: readonly string[]
  /** Of the items, as AWS counts them. */
  readonly bytes: number
  /** Where the next file begins; undefined where this is the last. */
  readonly next: string | undefined
}

/** Items that one data file holds, and changes that are looked at for one. */
const FILE_ITEMS = 1_000

/** What the next data file of an export holds. */
export const nextLines = (tx: ReadTx, one: Export): Lines =>
  isFull(one.what) ? itemLines(tx, one, one.what) : changeLines(tx, one, one.what)

function itemLines(tx: ReadTx, { format, after }: Export, { itemsId }: FullExport): Lines {
  const { rows, next } = tx.scan(items, { prefix: [itemsId], after, limit: FILE_ITEMS })
  let bytes = 0
  const lines = rows.map(({ text, sizeBytes }) => {
    bytes += sizeBytes
    return format === "ION"
      ? ionText({ Item: { M: itemOfText(text) } })
      : `{"Item":${jsonOfText(text)}}`
  })
  return { lines, bytes, next }
}

/** Each item once, with its last write (docs: "DynamoDB table export output format"). */
function changeLines(tx: ReadTx, one: Export, what: IncrementalExport): Lines {
  const { rows, next } = tx.scan(changes, {
    ...{ prefix: [one.source], from: [what.fromMs], to: [what.toMs] },
    ...{ after: one.after, limit: FILE_ITEMS },
  })
  const lines: string[] = []
  let bytes = 0
  for (const change of rows) {
    const { first, last } = endsOf(tx, change, what)
    if (change.serial !== last.serial) continue
    const line = recordLine(one, what, {
      change,
      old: first.old,
      now: textAt(tx, change, what.toMs - 1),
    })
    if (line === undefined) continue
    lines.push(line)
    bytes += Buffer.byteLength(line)
  }
  return { lines, bytes, next }
}

interface Images {
  readonly change: Change
  readonly old: string | undefined
  readonly now: string | undefined
}

/** Nothing of an item that was made and deleted between the two times. */
function recordLine(one: Export, what: IncrementalExport, images: Images): string | undefined {
  const { change, old, now } = images
  if (old === undefined && now === undefined) return undefined
  const micros = String(change.writtenMs * 1_000)
  const keys = keyOf(one.keys, itemOfText((old ?? now) as string))
  const wantsOld = old !== undefined && what.view === "NEW_AND_OLD_IMAGES"
  if (one.format === "ION") {
    const parts = {
      Metadata: { WriteTimestampMicros: { N: micros } },
      Keys: keys,
      ...(wantsOld && { OldImage: itemOfText(old) }),
      ...(now !== undefined && { NewImage: itemOfText(now) }),
    } satisfies Record<string, Item>
    return ionText({ Record: { M: struct(parts) } })
  }
  const parts = [
    `"Metadata":{"WriteTimestampMicros":{"N":"${micros}"}}`,
    `"Keys":${jsonOfText(itemText(keys))}`,
  ]
  if (wantsOld) parts.push(`"OldImage":${jsonOfText(old)}`)
  if (now !== undefined) parts.push(`"NewImage":${jsonOfText(now)}`)
  return `{${parts.join(",")}}`
}

const struct = (parts: Readonly<Record<string, Item>>): Item =>
  Object.fromEntries(Object.entries(parts).map(([name, M]) => [name, { M }]))

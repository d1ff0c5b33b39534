import type { WriteTx } from "../../../kernel/transaction.ts"
import type { ChangeAuthor } from "../items/followers.ts"
import type { Table } from "../tables/table.ts"
import { equalItems, type Item } from "../values/attribute-value.ts"
import { itemText } from "../values/item-text.ts"
import { itemSize } from "../values/size.ts"
import {
  lastShard,
  openStream,
  SHARD_MS,
  shards,
  streamRows,
  type Shard,
  type Stream,
  type StreamRow,
} from "./stream.ts"

export interface StreamedChange {
  readonly oldItem: Item | undefined
  readonly newItem: Item | undefined
  readonly by: ChangeAuthor | undefined
}

/** In the commit of the change: each change appears exactly once, and in the order of commits. */
export function recordChange(tx: WriteTx, table: Table, change: StreamedChange): void {
  const stream = openStream(tx, table)
  const { oldItem, newItem } = change
  const item = newItem ?? oldItem
  if (!stream || !item || (oldItem && newItem && equalItems(oldItem, newItem))) return
  const sequence = tx.serial()
  const shard = shardFor(tx, stream, sequence)
  const keys = keysOf(table, item)
  const images = imagesOf(stream, change)
  tx.insert(streamRows, {
    ...{ stream: stream.id, shard: shard.number, sequence, writtenMs: tx.now },
    event: oldItem ? (newItem ? "MODIFY" : "REMOVE") : "INSERT",
    keys: itemText(keys),
    newImage: images.newImage && itemText(images.newImage),
    oldImage: images.oldImage && itemText(images.oldImage),
    sizeBytes: [keys, images.newImage, images.oldImage].reduce(
      (sum, one) => sum + (one ? itemSize(one) : 0),
      0,
    ),
    ...(change.by === "time-to-live" && { byService: true }),
  } satisfies StreamRow)
}

/** A shard takes records for some hours; then the next one follows. */
function shardFor(tx: WriteTx, stream: Stream, sequence: number): Shard {
  const last = lastShard(tx, stream)
  if (!last) throw new Error(`the stream ${stream.label} of ${stream.tableName} has no shard`)
  if (tx.now - last.startedMs < SHARD_MS) return last
  tx.replace(shards, last, { ...last, end: sequence - 1 })
  const next = { stream: stream.id, number: last.number + 1, startedMs: tx.now, start: sequence }
  tx.insert(shards, next)
  return next
}

function keysOf({ keys: { hash, range } }: Table, item: Item): Item {
  const names = range ? [hash.name, range.name] : [hash.name]
  return Object.fromEntries(names.flatMap((name) => (item[name] ? [[name, item[name]]] : [])))
}

function imagesOf({ view }: Stream, { oldItem, newItem }: StreamedChange) {
  return {
    newImage: view === "NEW_IMAGE" || view === "NEW_AND_OLD_IMAGES" ? newItem : undefined,
    oldImage: view === "OLD_IMAGE" || view === "NEW_AND_OLD_IMAGES" ? oldItem : undefined,
  }
}

import { hash } from "node:crypto"
import { effect } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { keyText } from "../global/replication.ts"
import type { ChangeAuthor } from "../items/followers.ts"
import { arnOf, type KinesisDestination, type Table } from "../tables/table.ts"
import { equalItems, type Item } from "../values/attribute-value.ts"
import { itemText, jsonOfText } from "../values/item-text.ts"
import { itemSize } from "../values/size.ts"
import type { DestinationRef } from "./destination.ts"

/** A record on its way to a stream of Kinesis. */
export interface KinesisRecord extends DestinationRef {
  readonly partitionKey: string
  /** JSON. */
  readonly data: string
}

export const kinesisRecord = effect<KinesisRecord>("dynamodb/kinesis-record")

export interface ToldChange {
  readonly oldItem: Item | undefined
  readonly newItem: Item | undefined
  readonly by: ChangeAuthor | undefined
}

/** "One change data capture unit for each write of up to 1 KB" ("Amazon DynamoDB pricing"). */
const UNIT_BYTES = 1024

/** In the commit of the change: its record leaves after it, those of one item in their order. */
export function tellKinesis(tx: WriteTx, table: Table, change: ToldChange): void {
  const { oldItem, newItem } = change
  const item = newItem ?? oldItem
  if (!item || (oldItem && newItem && equalItems(oldItem, newItem))) return
  const { account, region, name, id } = table
  const key = keyText(table.keys, item)
  const partitionKey = hash("md5", key, "hex")
  const bytes = Math.max(oldItem ? itemSize(oldItem) : 0, newItem ? itemSize(newItem) : 0)
  for (const destination of table.kinesis ?? []) {
    if (destination.status !== "ACTIVE" && destination.status !== "UPDATING") continue
    const { streamArn } = destination
    const data = recordText(tx, table, { change, key, destination })
    const record = { account, region, name, id, streamArn, partitionKey, data }
    tx.emit(kinesisRecord, record, { orderKey: `dynamodb/${id}/${streamArn}/${partitionKey}` })
    const of = { account, region, resource: arnOf(table) }
    tx.meter("dynamodb:change-data-capture-units", of, Math.ceil(bytes / UNIT_BYTES))
  }
}

interface Telling {
  readonly change: ToldChange
  /** `keyText` of the item. */
  readonly key: string
  readonly destination: KinesisDestination
}

/** As examples in the developer guide and of AWS's own libraries have it. */
function recordText(tx: WriteTx, table: Table, { change, key, destination }: Telling): string {
  const { oldItem, newItem, by } = change
  const { precision = "MILLISECOND" } = destination
  const images = [newItem, oldItem].map((one) => (one ? itemSize(one) : 0))
  const json = (item: Item): unknown => JSON.parse(jsonOfText(itemText(item)))
  const keys = JSON.parse(jsonOfText(key)) as Item
  return JSON.stringify({
    awsRegion: table.region,
    eventID: tx.random("dynamodb/kinesis-event").uuid(),
    eventName: oldItem ? (newItem ? "MODIFY" : "REMOVE") : "INSERT",
    userIdentity:
      by === "time-to-live" ? { type: "Service", principalId: "dynamodb.amazonaws.com" } : null,
    recordFormat: "application/json",
    tableName: table.name,
    dynamodb: {
      ApproximateCreationDateTime: precision === "MICROSECOND" ? tx.now * 1_000 : tx.now,
      Keys: keys,
      ...(newItem && { NewImage: json(newItem) }),
      ...(oldItem && { OldImage: json(oldItem) }),
      SizeBytes: images.reduce(
        (sum, one) => sum + one,
        itemSize(keysOf(table, newItem ?? oldItem)),
      ),
      ApproximateCreationDateTimePrecision: precision,
    },
    eventSource: "aws:dynamodb",
  })
}

const keysOf = ({ keys: { hash: partition, range } }: Table, item: Item = {}): Item =>
  Object.fromEntries(
    (range ? [partition.name, range.name] : [partition.name]).map((name) => [name, item[name]]),
  ) as Item

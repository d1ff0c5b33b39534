import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { InventoryConfiguration } from "../../../models/types/s3.ts"
import { sameBucket, type Bucket } from "../buckets/bucket.ts"
import { bucketConfigs } from "../buckets/config.ts"

/** Which inventory, and for which of its configurations work was planned. */
export interface InventoryRef {
  readonly partition: string
  readonly name: string
  /** The bucket's own id. */
  readonly bucket: number
  readonly id: string
  readonly serial: number
}

/** An inventory that is enabled, and the list that is being made. */
export interface Inventory extends InventoryRef {
  readonly list?: InventoryList | undefined
}

export interface InventoryList {
  readonly startMs: number
  /** `sweep`: it has been delivered or given up. */
  readonly phase: "files" | "manifest" | "sweep"
  readonly files: number
  /** What the last file ends with. */
  readonly after?: Place | undefined
}

/** Behind a version of a key; without one behind the key. */
export interface Place {
  readonly key: string
  readonly versionId?: string | undefined
}

export const inventories = table<Inventory>("s3/inventory", {
  key: (row) => [row.bucket, row.id],
})

/** A file of the list that is being made. */
export interface InventoryFile {
  readonly bucket: number
  readonly id: string
  /** Of the configuration for which it was made. */
  readonly serial: number
  readonly number: number
  readonly key: string
  readonly sizeBytes: number
  /** Hexadecimal. */
  readonly md5: string
}

export const inventoryFiles = table<InventoryFile>("s3/inventoryFile", {
  key: (row) => [row.bucket, row.id, row.serial, row.number],
})

export const KIND = "inventory"

/** The inventory as it is now, as long as its configuration is the one that planned the work. */
export function findInventory(tx: ReadTx, ref: InventoryRef): Inventory | undefined {
  const found = tx.get(inventories, [ref.bucket, ref.id])
  return found?.serial === ref.serial ? found : undefined
}

/** What an inventory is about; undefined when its bucket is gone. */
export function subjectOf(
  tx: ReadTx,
  { partition, name, bucket: id, id: configuration }: InventoryRef,
): { readonly bucket: Bucket; readonly value: InventoryConfiguration } | undefined {
  const bucket = sameBucket(tx, { partition, name, id })
  const row = tx.get(bucketConfigs, [id, KIND, configuration])
  return bucket && row && { bucket, value: row.value as InventoryConfiguration }
}

export const refOf = ({ partition, name, bucket, id, serial }: InventoryRef): InventoryRef => ({
  ...{ partition, name, bucket, id, serial },
})

const SWEPT = 500

/** Removes the rows of files; true when none is left. */
export function sweepFiles(tx: WriteTx, { bucket, id, serial }: InventoryRef): boolean {
  const { rows, next } = tx.scan(inventoryFiles, { prefix: [bucket, id, serial], limit: SWEPT })
  for (const row of rows) tx.remove(inventoryFiles, row)
  return next === undefined
}

import type { KeyParts } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { keepChange } from "../recovery/changes.ts"
import { replicate } from "../global/replication.ts"
import { tellKinesis } from "../kinesis/record.ts"
import { recordChange } from "../streams/record.ts"
import type { Table } from "../tables/table.ts"
import { writeExpiry } from "../ttl/expiry.ts"
import type { Item } from "../values/attribute-value.ts"
import type { StoredItem } from "./rows.ts"

/** Who changes an item, where that is not a caller. */
export type ChangeAuthor = "time-to-live" | "replication" | "restore"

/** A change of an item that was made, as those see it who follow the changes of its table. */
export interface FollowedChange {
  readonly key: KeyParts
  /** As it was; undefined where there was none. */
  readonly old: StoredItem | undefined
  /** What `old` holds: only of tables that `wantsOldItem`. */
  readonly oldItem: Item | undefined
  /** As it is; undefined where it was deleted. */
  readonly newItem: Item | undefined
  readonly by: ChangeAuthor | undefined
}

/**
 * All who follow the changes of items, in the commit of the change. Who follows is said by the row of
 * the table: where nobody does, a write pays for a few comparisons and nothing else. A delete of
 * what is not there is told too.
 */
export function tellFollowers(tx: WriteTx, table: Table, change: FollowedChange): void {
  if (table.stream?.enabled) recordChange(tx, table, change)
  if (table.timeToLive) writeExpiry(tx, table, change)
  if (keepsChanges(table)) keepChange(tx, table, change)
  if (table.kinesis) tellKinesis(tx, table, change)
  if (table.replication && change.by !== "replication") replicate(tx, table, change)
}

/** Of a table that can be restored to another time, or is just being backed up. */
const keepsChanges = ({ recovery, copying }: Table): boolean =>
  recovery !== undefined || copying !== undefined

/** Whether somebody follows the table. */
export const isFollowed = (table: Table): boolean => wantsOldImage(table) || keepsChanges(table)

const wantsOldImage = ({ stream, timeToLive, replication, kinesis }: Table): boolean =>
  stream?.enabled === true ||
  timeToLive !== undefined ||
  replication !== undefined ||
  kinesis !== undefined

/** Only what depends on the old attributes makes them worth reading. */
export const wantsOldItem = (table: Table): boolean =>
  table.localIndexes.length + table.globalIndexes.length > 0 || wantsOldImage(table)

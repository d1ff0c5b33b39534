import type { BlobStore } from "./blobs/blobs.ts"
import type { KeyParts, Table } from "./table.ts"
import type { ReadTx, WriteTx } from "./transaction.ts"

/** What code that may await can do. It has no state but what it reads and writes here. */
export interface ActionContext {
  /** Cloud time now, epoch milliseconds. */
  now(): number
  read<T>(fn: (tx: ReadTx) => T): Promise<T>
  /** One commit; the promise resolves when it is durable. */
  write<T>(fn: (tx: WriteTx) => T): Promise<T>
  /**
   * Waits until a row whose primary key begins with `prefix` is committed (true), or until the
   * deadline in cloud time or the caller's departure (false). A commit between the caller's last
   * read and this call is not missed as long as the caller awaited nothing else in between.
   */
  changed<Row extends object>(
    table: Table<Row>,
    prefix: KeyParts,
    deadline: number,
  ): Promise<boolean>
  readonly blobs: BlobStore
  /** Aborted when the caller goes away or the cloud stops. */
  readonly signal: AbortSignal
}

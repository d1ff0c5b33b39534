import type { BlobStore } from "./blobs/blobs.ts"
import type { Engine } from "./engine.ts"
import type { RootKey } from "./sealing/sealing.ts"

/** What one world keeps its state in. */
export interface Store {
  readonly engine: Engine
  readonly blobs: BlobStore
  /** Kept apart from both; absent in memory. */
  readonly rootKey?: RootKey
}

export interface SnapshotInfo {
  readonly name: string
  /** Host time at which it was saved, epoch milliseconds. */
  readonly savedAt: number
  readonly sizeBytes: number
}

/** Where stores and their snapshots lie: a folder, or this process's memory. */
export interface Storage {
  /** Nobody else may have it open; throws StoreInUseError. */
  open(): Promise<Store>
  /** Lets others have it; the store must be closed. It can be opened again. */
  close(): Promise<void>
  /** Removes all state; the store must be closed. */
  wipe(): Promise<void>
  /** A consistent copy of the open store; an existing one of that name is replaced. */
  saveSnapshot(name: string, store: Store): Promise<SnapshotInfo>
  /** Replaces all state by a snapshot; the store must be closed. False when there is none. */
  loadSnapshot(name: string): Promise<boolean>
  listSnapshots(): Promise<readonly SnapshotInfo[]>
  deleteSnapshot(name: string): Promise<boolean>
}

/** Snapshot names become file names. Throws RangeError, in words for a person. */
export function checkSnapshotName(name: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name))
    throw new RangeError(
      "a snapshot's name has up to 100 letters, digits, dots, dashes and underscores",
    )
}

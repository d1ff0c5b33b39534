import { blobLinks } from "../blobs/blob-links.ts"
import type { BlobStore } from "../blobs/blobs.ts"
import type { HostClock } from "../clock.ts"
import type { Key, Value } from "../engine.ts"
import type { SnapshotInfo, Storage } from "../storage.ts"
import { primaryKey } from "../table.ts"
import { createMemoryEngine, type MemoryEngine } from "./memory-engine.ts"

interface Snapshot {
  readonly info: SnapshotInfo
  readonly entries: ReadonlyMap<Key, Value>
}

/** Stores and snapshots in this process's memory: gone with it. */
export function createMemoryStorage(clock: HostClock, createBlobs: () => BlobStore): Storage {
  const snapshots = new Map<string, Snapshot>()
  let engine: MemoryEngine = createMemoryEngine()
  // Blobs are immutable and shared by all snapshots of this process: what one links stays.
  const all = createBlobs()
  const isSaved = (id: string): boolean => {
    const link = primaryKey(blobLinks, [id])
    return [...snapshots.values()].some(({ entries }) => entries.has(link))
  }
  const blobs: BlobStore = {
    ...all,
    remove: async (id) => (isSaved(id) ? undefined : all.remove(id)),
  }
  return {
    open: async () => ({ engine, blobs }),
    close: async () => {},
    async wipe() {
      engine = createMemoryEngine()
    },
    async saveSnapshot(name) {
      const info = { name, savedAt: clock.now(), sizeBytes: engine.size() }
      snapshots.set(name, { info, entries: new Map(engine.dump()) })
      return info
    },
    async loadSnapshot(name) {
      const snapshot = snapshots.get(name)
      if (!snapshot) return false
      engine = createMemoryEngine()
      engine.load(snapshot.entries)
      return true
    },
    listSnapshots: async () => [...snapshots.values()].map((snapshot) => snapshot.info),
    deleteSnapshot: async (name) => snapshots.delete(name),
  }
}

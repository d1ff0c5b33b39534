import { parentPort, workerData } from "node:worker_threads"
import { open } from "lmdb"
import type { Key } from "../../engine.ts"
import { StoreCorruptError } from "../../store-errors.ts"
import type { Checkpoint, CheckpointAnswer } from "./checkpoint-writer.ts"
import type { StoredEntry } from "./commit-record.ts"
import { lmdbOptions, openData, openMeta, POSITION } from "./lmdb-files.ts"
import { readRecords } from "./log-chain.ts"
import { readSegment } from "./log-segment.ts"

/**
 * The thread that writes LMDB: it reads what the log says and commits it as one transaction,
 * synced in full. Here it may block on the disk. lmdb-js's own writing thread would spare this
 * one, but not the loop (each row is handed over on it), and its answer to a full disk is a
 * rejection that nobody can catch (3.5.6).
 */
const ROWS_PER_TRANSACTION = 2_000

const { folder } = workerData as { folder: string }
const root = open(lmdbOptions(folder))
const data = openData<Buffer>(root, { encoding: "binary" })
const meta = openMeta(root)

parentPort?.on("message", (checkpoint: Checkpoint | "close") => {
  if (checkpoint === "close") {
    void root.close().then(() => parentPort?.close())
    return
  }
  const answer: CheckpointAnswer = {}
  try {
    apply(checkpoint)
  } catch (error) {
    answer.error = error instanceof Error ? error.message : String(error)
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(answer)
})

function apply({ segments, through }: Checkpoint): void {
  const rows = new Map<Key, Buffer | undefined>()
  let commit: number | undefined
  for (const segment of segments) {
    const read = readSegment(folder, segment)
    const from = { at: read?.start ?? 0, segment, commit }
    for (const record of read ? readRecords(read.bytes, from) : []) {
      for (const [key, stored] of record.entries) rows.set(key, stored)
      commit = record.commit
    }
  }
  if (commit !== through.commit) {
    throw new StoreCorruptError(`the log ends at commit ${commit}, not ${through.commit}`)
  }
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1))
  for (let from = 0; from < sorted.length; from += ROWS_PER_TRANSACTION) {
    root.transactionSync(() => write(sorted.slice(from, from + ROWS_PER_TRANSACTION)))
  }
  root.transactionSync(() => meta.putSync(POSITION, through))
}

function write(rows: readonly StoredEntry[]): void {
  for (const [key, stored] of rows) {
    if (stored) data.putSync(key, stored)
    else data.removeSync(key)
  }
}

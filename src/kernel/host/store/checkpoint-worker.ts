import { setPriority } from "node:os"
import { parentPort, workerData } from "node:worker_threads"
import type { Key, Value } from "../../engine.ts"
import { StoreCorruptError } from "../../store-errors.ts"
import type { Checkpoint, CheckpointAnswer } from "./checkpoint-writer.ts"
import type { LogPosition } from "./commit-log.ts"
import { eachEntry, storedOf } from "./commit-record.ts"
import { loadLmdb } from "./lmdb.ts"
import { lmdbOptions, openData, openMeta, POSITION } from "./lmdb-files.ts"
import { readHeads } from "./log-chain.ts"
import { assertRoom } from "./disk.ts"
import { readSegment } from "./log-segment.ts"
import { roomFor, writeRows, type StoredRow } from "./row-writer.ts"

/**
 * The thread that writes LMDB: it reads what the log says and commits it as one transaction,
 * synced in full. Here it may block on the disk. lmdb-js's own writing thread would spare this
 * one, but not the loop (each row is handed over on it), and its answer to a full disk is a
 * rejection that nobody can catch (3.5.6).
 */
const ROWS_PER_TRANSACTION = 2_000

/** About a quarter of a core against a busy loop; a checkpoint needs a tenth (measured). */
const NICENESS = 5

giveWay()

const NOTHING = Buffer.alloc(0)

const { folder } = workerData as { folder: string }
const root = loadLmdb().open(lmdbOptions(folder))
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

/** Where cores are few, whoever waits for an answer goes first. On Linux the call means this thread. */
function giveWay(): void {
  if (process.platform !== "linux") return
  try {
    setPriority(0, NICENESS)
  } catch {
    // A sandbox that forbids it: then all go at the same pace.
  }
}

/** The value is `bytes` from `from` to `to`, as stored; nothing: deleted. */
interface FoundRow {
  readonly key: Key
  readonly bytes: Buffer
  readonly from: number
  readonly to: number
}

function apply({ segments, rows, through }: Checkpoint): void {
  const found = rows ? rows.map(givenRow) : readRows(segments, through)
  // Stable: the last write of a key stays the last.
  found.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  for (let from = 0; from < found.length; from += ROWS_PER_TRANSACTION) {
    const to = Math.min(from + ROWS_PER_TRANSACTION, found.length)
    const last = lastOf(found, from, to)
    assertRoom(folder, roomFor(data, last))
    writeRows(root, data, last)
  }
  root.transactionSync(() => meta.putSync(POSITION, through))
}

function givenRow([key, value]: readonly [Key, Value | null]): FoundRow {
  const bytes = value === null ? NOTHING : storedOf(value)
  return { key, bytes, from: 0, to: bytes.length }
}

function readRows(segments: readonly number[], through: LogPosition): FoundRow[] {
  const rows: FoundRow[] = []
  let commit: number | undefined
  for (const segment of segments) {
    const read = readSegment(folder, segment)
    if (!read) break
    const { bytes } = read
    for (const record of readHeads(bytes, { at: read.start, segment, commit })) {
      eachEntry(bytes, record, (key, from, to) => rows.push({ key, bytes, from, to }))
      commit = record.commit
    }
  }
  if (commit === through.commit) return rows
  throw new StoreCorruptError(`the log ends at commit ${commit}, not ${through.commit}`)
}

/** The last write of each key. */
function lastOf(rows: readonly FoundRow[], first: number, end: number): StoredRow[] {
  const last: StoredRow[] = []
  for (let i = first; i < end; i += 1) {
    const { key, bytes, from, to } = rows[i] as FoundRow
    if (rows[i + 1]?.key === key) continue
    last.push({ key, bytes: to > from ? bytes.subarray(from, to) : undefined })
  }
  return last
}

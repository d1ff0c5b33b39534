import type { ByteStream } from "../wire.ts"

export interface StagedBlob {
  /** 32 hexadecimal digits, never used twice. */
  readonly id: string
  readonly sizeBytes: number
}

export interface BlobInfo extends StagedBlob {
  /** Host time at which it was staged, epoch milliseconds. */
  readonly stagedAtMs: number
  /** It was staged before this store was opened: whoever staged it has gone. */
  readonly inherited: boolean
}

export interface StageOptions {
  /** More bytes than these are refused: BlobTooLargeError. */
  readonly maxBytes?: number
  /** Gives up staging: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /**
   * The chunks are made for the store alone, which gives their memory back once they are written:
   * left to the collector they make it run, for about 4 ms for every 10 MB (measured).
   */
  readonly given?: boolean
}

export interface BlobRange {
  /** The first byte; default 0. */
  readonly start?: number
  /** The byte behind the last; default the end of the blob. */
  readonly end?: number
  /** A piece is not looked at any more once the next is asked for: its memory may go then. */
  readonly borrowed?: boolean
}

export interface BlobUsage {
  readonly count: number
  readonly sizeBytes: number
}

/**
 * Bytes too large for the store, by id and never changed. A blob is staged first and then linked
 * by a row (`tx.linkBlob`); what no row links is swept (`keepSwept`).
 */
export interface BlobStore {
  /**
   * Resolves when the bytes survive the process (durability "power": the power too). A source
   * that fails, and a call that is given up, leave nothing. Rejects with BlobTooLargeError,
   * DiskFullError, or whatever the source threw. Chunks must not be changed once they are given.
   */
  stage(source: ByteStream | Uint8Array, options?: StageOptions): Promise<StagedBlob>
  /**
   * Opened when its iteration begins, which throws BlobNotFoundError, RangeError for a range that
   * is not inside the blob, and BlobCorruptError in place of the first bytes that are not what was
   * staged. Leaving the iteration closes it.
   */
  open(id: string, range?: BlobRange): ByteStream
  /** Nothing happens when it is already gone. */
  remove(id: string): Promise<void>
  /** All blobs, in no order; those staged or removed meanwhile may or may not show. */
  list(): AsyncIterable<BlobInfo>
  /** Reads every blob's size: for people, not for every request. */
  usage(): Promise<BlobUsage>
  /** Whether a power cut now could take something that was staged. */
  readonly unsynced: boolean
  /** Resolves when everything staged so far survives a power cut. */
  flush(): Promise<void>
  close(): Promise<void>
}

export class BlobNotFoundError extends Error {
  override readonly name = "BlobNotFoundError"
  readonly id: string

  constructor(id: string) {
    super(`there is no blob ${id}`)
    this.id = id
  }
}

export class BlobTooLargeError extends Error {
  override readonly name = "BlobTooLargeError"
  readonly maxBytes: number

  constructor(maxBytes: number) {
    super(`more than ${maxBytes} bytes were sent`)
    this.maxBytes = maxBytes
  }
}

/** The bytes on the disk are not those that were staged. */
export class BlobCorruptError extends Error {
  override readonly name = "BlobCorruptError"
  readonly id: string
  /** The offset of the damaged block; undefined when the checksums themselves are damaged. */
  readonly offset: number | undefined

  constructor(id: string, offset?: number) {
    super(`blob ${id} is damaged ${offset === undefined ? "at its end" : `at byte ${offset}`}`)
    this.id = id
    this.offset = offset
  }
}

export interface Sweep {
  readonly blobs: BlobStore
  readonly isLinked: (id: string) => boolean
  /** Host time, epoch milliseconds. */
  readonly now: number
  /** Younger blobs are left alone, unless inherited: a commit may be about to link them. */
  readonly graceMs: number
  /** At most so many are removed. */
  readonly limit: number
  /** Resolves when no power cut can bring a link back that was taken away before. */
  readonly flush?: (() => Promise<void>) | undefined
}

/** Removes blobs that nothing links. Returns how many. */
export async function sweepBlobs({ blobs, limit, ...rest }: Sweep): Promise<number> {
  const { isLinked, now, graceMs, flush } = rest
  const unlinked: string[] = []
  for await (const blob of blobs.list()) {
    if (unlinked.length >= limit) break
    const young = !blob.inherited && now - blob.stagedAtMs < graceMs
    if (!young && !isLinked(blob.id)) unlinked.push(blob.id)
  }
  return removeUnlinked(unlinked, { blobs, isLinked, flush })
}

/**
 * Removes those of blobs without a link that have none still. Between the look at their links and the
 * removal lies a flush: what is deleted later may be brought back by a power cut, with its link.
 */
export async function removeUnlinked(
  unlinked: readonly string[],
  { blobs, isLinked, flush }: Pick<Sweep, "blobs" | "isLinked" | "flush">,
): Promise<number> {
  if (unlinked.length === 0) return 0
  await flush?.()
  let removed = 0
  for (const id of unlinked) {
    if (isLinked(id)) continue
    await blobs.remove(id)
    removed += 1
  }
  return removed
}

/** The range's two ends, checked against the size. */
export function resolveRange(range: BlobRange, sizeBytes: number): { start: number; end: number } {
  const start = range.start ?? 0
  const end = range.end ?? sizeBytes
  if (start < 0 || start > end || end > sizeBytes) {
    throw new RangeError(`bytes ${start} to ${end} of a blob of ${sizeBytes} bytes`)
  }
  return { start, end }
}

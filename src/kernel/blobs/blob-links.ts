import { removeUnlinked, sweepBlobs, type BlobStore } from "./blobs.ts"
import type { HostClock } from "../clock.ts"
import { table } from "../table.ts"
import type { ReadTx } from "../transaction.ts"

/** Which blobs are in use. A blob without a link is swept: see `keepSwept`. */
export const blobLinks = table<{ readonly id: string; readonly linkedAt: number }>("kernel/blob", {
  key: (link) => [link.id],
})

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** After the start, when there is other work to do first. */
const FIRST_MS = 1_000
/** Who reads an object of many blobs opens them one after another, deleted meanwhile or not. */
const UNLINKED_MS = 15 * MINUTE_MS
/** An upload may take this long between its first byte and its commit. */
const GRACE_MS = 24 * HOUR_MS
const SWEEP_LIMIT = 10_000
/** So many that were unlinked are remembered; the others wait for the hour, and for their age. */
const MOST_UNLINKED = 100_000

/** Blobs that lost their link of late, or were about to: noted by transactions, in memory. */
export class UnlinkedBlobs {
  #young = new Set<string>()
  #old = new Set<string>()

  note(id: string): void {
    if (this.#young.size < MOST_UNLINKED) this.#young.add(id)
  }

  /** Those noted before the last call but one. */
  ripe(): ReadonlySet<string> {
    const ripe = this.#old
    this.#old = this.#young
    this.#young = new Set()
    return ripe
  }
}

interface Sweeper {
  readonly blobs: BlobStore
  readonly clock: HostClock
  readonly signal: AbortSignal
  readonly unlinked: UnlinkedBlobs
  readonly peek: <T>(fn: (tx: ReadTx) => T) => T
  /** Resolves when no power cut can bring a link back that was taken away before. */
  readonly flush: () => Promise<void>
  readonly report: (what: string, error: unknown) => void
}

/**
 * Removes blobs that no row links, until the signal. At the start all that an earlier process left:
 * nobody will link them any more. Then what is unlinked, a quarter of an hour later at the latest
 * twice that; and each hour whatever else is there for more than a day.
 */
export function keepSwept(parts: Sweeper): void {
  const { blobs, clock, unlinked, flush } = parts
  const isLinked = (id: string): boolean =>
    parts.peek((tx) => tx.get(blobLinks, [id]) !== undefined)
  const sweepAll = async (): Promise<void> => {
    const limits = { now: clock.now(), graceMs: GRACE_MS, limit: SWEEP_LIMIT }
    await sweepBlobs({ blobs, isLinked, flush, ...limits })
  }
  const sweepUnlinked = async (): Promise<void> => {
    const ripe = [...unlinked.ripe()].filter((id) => !isLinked(id))
    await removeUnlinked(ripe, { blobs, isLinked, flush })
  }
  after(parts, FIRST_MS, sweepAll)
  every(parts, UNLINKED_MS, sweepUnlinked)
  every(parts, HOUR_MS, sweepAll)
}

type Work = () => Promise<void>

function every(parts: Sweeper, ms: number, work: Work): void {
  after(parts, ms, async () => {
    try {
      await work()
    } finally {
      every(parts, ms, work)
    }
  })
}

function after({ clock, signal, report }: Sweeper, ms: number, work: Work): void {
  if (signal.aborted) return
  const run = async (): Promise<void> => {
    signal.removeEventListener("abort", cancel)
    if (signal.aborted) return
    try {
      await work()
    } catch (error) {
      if (!signal.aborted) report("sweep", error)
    }
  }
  const cancel = clock.after(ms, () => void run())
  signal.addEventListener("abort", cancel)
}

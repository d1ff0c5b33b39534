import { sweepBlobs, type BlobStore } from "./blobs.ts"
import type { HostClock } from "../clock.ts"
import { table } from "../table.ts"
import type { ReadTx } from "../transaction.ts"

/** Which blobs are in use. A blob without a link is swept once it is old enough. */
export const blobLinks = table<{ readonly id: string; readonly linkedAt: number }>("kernel/blob", {
  key: (link) => [link.id],
})

const HOUR_MS = 3_600_000
/** An upload may take this long between its first byte and its commit. */
const GRACE_MS = 24 * HOUR_MS
const SWEEP_LIMIT = 10_000

interface Sweeper {
  readonly blobs: BlobStore
  readonly clock: HostClock
  readonly signal: AbortSignal
  readonly peek: <T>(fn: (tx: ReadTx) => T) => T
  readonly report: (what: string, error: unknown) => void
}

/** Sweeps once an hour of host time, until the signal. */
export function sweepHourly(parts: Sweeper): void {
  const { blobs, clock, signal, peek } = parts
  const sweep = async (): Promise<void> => {
    signal.removeEventListener("abort", cancel)
    if (signal.aborted) return
    try {
      const isLinked = (id: string): boolean => peek((tx) => tx.get(blobLinks, [id]) !== undefined)
      await sweepBlobs({ blobs, isLinked, now: clock.now(), graceMs: GRACE_MS, limit: SWEEP_LIMIT })
    } catch (error) {
      if (!signal.aborted) parts.report("sweep", error)
    }
    sweepHourly(parts)
  }
  const cancel = clock.after(HOUR_MS, () => void sweep())
  signal.addEventListener("abort", cancel)
}

/** A sync that takes less than this is waited for in the thread itself. */
const QUICK_MS = 1
/** So many times what a sync held the thread beyond that, the thread is not held again. */
const REPAID = 10

/**
 * Whether the next sync is waited for in the thread: of a quick disk the two changes of thread are
 * the longer part of a wait. One sync says little of the next where the disk has other work: what
 * was slow is repaid, so that the thread stands still for a tenth of the time at most.
 */
export class SyncPace {
  /** How long the last one took; before the first nobody knows. */
  #lastMs = Infinity
  #heldFrom = -Infinity

  mayHold(nowMs: number): boolean {
    return this.#lastMs <= QUICK_MS && nowMs >= this.#heldFrom
  }

  /** One was waited for beside the thread. */
  awaited(tookMs: number): void {
    this.#lastMs = tookMs
  }

  /** One held the thread until now. */
  held(tookMs: number, nowMs: number): void {
    this.#lastMs = tookMs
    this.#heldFrom = nowMs + REPAID * Math.max(0, tookMs - QUICK_MS)
  }
}

/**
 * Host time and deferral: the only way to the machine's clock. Cloud time is another thing: it is
 * a value of each transaction (`tx.now`) and lives in `cloud-clock.ts`.
 */
export interface HostClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Monotonic milliseconds, for measuring. */
  monotonic(): number
  /** Runs `fn` after the current turn's I/O: one drain of waiting transactions per tick. */
  defer(fn: () => void): void
  /**
   * Runs `fn` after `ms`; returns its cancellation. It keeps the process alive only where
   * somebody waits for it (`awaited`).
   */
  after(ms: number, fn: () => void, awaited?: "awaited"): () => void
}

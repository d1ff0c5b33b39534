import type { HostClock } from "../clock.ts"
import type { Batch, Key } from "../engine.ts"

interface Waiter {
  readonly prefix: Key
  readonly deadline: number
  readonly wake: (changed: boolean) => void
}

export interface Wait {
  /** In cloud time, and how far away that is now. */
  readonly deadline: number
  readonly remainingMs: number
  readonly clock: HostClock
  readonly departed: AbortSignal | undefined
}

/** Who waits for which part of the key space. */
export class Watchers {
  readonly #byPrefix = new Map<Key, Set<Waiter>>()
  /** How many prefixes have each length: which cuts of a changed key are worth a look. */
  readonly #lengths = new Map<number, number>()

  get waiting(): boolean {
    return this.#byPrefix.size > 0
  }

  /** True with a change below `prefix`, false at the deadline or when the caller goes away. */
  wait(prefix: Key, { deadline, remainingMs, clock, departed }: Wait): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (): void => this.#release(waiter, false)
      const waiter: Waiter = {
        prefix,
        deadline,
        wake(changed) {
          cancelTimer()
          departed?.removeEventListener("abort", end)
          resolve(changed)
        },
      }
      this.#add(waiter)
      // A frozen cloud must not hold a caller for ever: the wait also ends by host time.
      const cancelTimer = clock.after(remainingMs, end, "awaited")
      departed?.addEventListener("abort", end)
    })
  }

  #add(waiter: Waiter): void {
    const { prefix } = waiter
    let set = this.#byPrefix.get(prefix)
    if (!set) {
      this.#byPrefix.set(prefix, (set = new Set()))
      this.#lengths.set(prefix.length, (this.#lengths.get(prefix.length) ?? 0) + 1)
    }
    set.add(waiter)
  }

  /** Wakes all who wait for a key of the batch. */
  notify(batch: Batch): void {
    if (!this.waiting) return
    for (const key of batch.keys()) {
      for (const length of this.#lengths.keys()) {
        const set = key.length >= length ? this.#byPrefix.get(key.slice(0, length)) : undefined
        if (set) for (const waiter of [...set]) this.#release(waiter, true)
      }
    }
  }

  /** Wakes all who wait for just this prefix. */
  wake(prefix: Key): void {
    const set = this.#byPrefix.get(prefix)
    if (set) for (const waiter of [...set]) this.#release(waiter, true)
  }

  /** Ends the waits whose deadline is at or before `now`. */
  expire(now: number): void {
    for (const set of [...this.#byPrefix.values()])
      for (const waiter of [...set]) if (waiter.deadline <= now) this.#release(waiter, false)
  }

  nextDeadline(): number | undefined {
    let next: number | undefined
    for (const set of this.#byPrefix.values())
      for (const { deadline } of set) if (next === undefined || deadline < next) next = deadline
    return next
  }

  releaseAll(): void {
    this.expire(Number.POSITIVE_INFINITY)
  }

  #release(waiter: Waiter, changed: boolean): void {
    this.#forget(waiter)
    waiter.wake(changed)
  }

  #forget(waiter: Waiter): void {
    const set = this.#byPrefix.get(waiter.prefix)
    if (!set?.delete(waiter) || set.size > 0) return
    this.#byPrefix.delete(waiter.prefix)
    const length = waiter.prefix.length
    const left = (this.#lengths.get(length) ?? 1) - 1
    if (left === 0) this.#lengths.delete(length)
    else this.#lengths.set(length, left)
  }
}

import type { ActionContext } from "../action.ts"

/** Those that wait do not count: they take nothing but memory. */
const MOST_AT_ONCE = 2_000

/**
 * Jobs and deliveries that await something outside the store. Work that waits for a commit or for
 * cloud time does not move by itself: whoever settles does not wait for it.
 */
export class OutsideWork {
  readonly #whenRoom: () => void
  readonly #running = new Map<string, Promise<void>>()
  /** Those of them that wait, and in how many places. */
  readonly #waits = new Map<string, number>()
  #whenStill: (() => void)[] = []

  /** `whenRoom` is told when there is room again. */
  constructor(whenRoom: () => void) {
    this.#whenRoom = whenRoom
  }

  /** So much goes on at once that no more may begin. */
  get full(): boolean {
    return this.#running.size - this.#waits.size >= MOST_AT_ONCE
  }

  get size(): number {
    return this.#running.size
  }

  has(name: string): boolean {
    return this.#running.has(name)
  }

  /** Begins `work`, which must not reject; `ended` is told when it is over. */
  begin(name: string, work: () => Promise<void>, ended: () => void): void {
    // In a turn of its own, so that it is known before it does anything.
    const running = Promise.resolve()
      .then(work)
      .finally(() => {
        this.#running.delete(name)
        this.#tellStill()
        ended()
      })
    this.#running.set(name, running)
  }

  /** The context for the work of this name: notes when it waits. */
  context(name: string, ctx: ActionContext): ActionContext {
    const waiting = async <T>(wait: () => Promise<T>): Promise<T> => {
      const full = this.full
      this.#waits.set(name, (this.#waits.get(name) ?? 0) + 1)
      if (full) this.#whenRoom()
      this.#tellStill()
      try {
        return await wait()
      } finally {
        const left = (this.#waits.get(name) ?? 1) - 1
        if (left === 0) this.#waits.delete(name)
        else this.#waits.set(name, left)
      }
    }
    return {
      now: () => ctx.now(),
      read: (fn) => ctx.read(fn),
      write: (fn) => ctx.write(fn),
      call: (call) => ctx.call(call),
      blobs: ctx.blobs,
      encryptedBlobs: ctx.encryptedBlobs,
      md5s: ctx.md5s,
      outside: ctx.outside,
      doors: ctx.doors,
      get signal() {
        return ctx.signal
      },
      changed: (table, prefix, deadline) => waiting(() => ctx.changed(table, prefix, deadline)),
      receive: (of, id, deadline) => waiting(() => ctx.receive(of, id, deadline)),
      handOver: (of, id, thing) => ctx.handOver(of, id, thing),
    }
  }

  /** Whether any of it goes on by itself. */
  get moving(): boolean {
    return this.#running.size > this.#waits.size
  }

  /** Resolves when nothing goes on by itself. */
  still(): Promise<void> {
    if (!this.moving) return Promise.resolve()
    return new Promise((resolve) => void this.#whenStill.push(resolve))
  }

  /** Resolves when all that runs now is over. */
  async ended(): Promise<void> {
    await Promise.all(this.#running.values())
  }

  #tellStill(): void {
    if (this.moving) return
    for (const resolve of this.#whenStill.splice(0)) resolve()
  }
}

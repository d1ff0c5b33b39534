import type { HostClock } from "../../clock.ts"

/** Whatever holds a socket: what the shared timer and a graceful close need from it. */
export interface Connection {
  /** Enforces time limits; `now` is `Connections.now`. */
  sweep(now: number): void
  /** Closes when idle, or after what is in flight. */
  drain(): void
  destroy(): void
}

/**
 * All open connections and the one timer that watches over them. It ticks only while there are
 * any: neither a request nor an idle server costs a timer.
 */
export class Connections {
  /** Monotonic milliseconds at the last tick. Cheap to read, stale by up to `tickMs`. */
  now: number
  /** Counts ticks: whoever derives a value from the time can tell that it is out of date. */
  ticks = 0
  readonly #open = new Set<Connection>()
  readonly #clock: HostClock
  readonly #tickMs: number
  #cancel: (() => void) | undefined
  #whenEmpty: (() => void) | undefined

  constructor(clock: HostClock, tickMs: number) {
    this.#clock = clock
    this.#tickMs = tickMs
    this.now = clock.monotonic()
  }

  get size(): number {
    return this.#open.size
  }

  add(connection: Connection): void {
    this.#open.add(connection)
    if (this.#cancel !== undefined) return
    this.#refresh()
    this.#arm()
  }

  remove(connection: Connection): void {
    this.#open.delete(connection)
    if (this.#open.size > 0) return
    this.#cancel?.()
    this.#cancel = undefined
    this.#whenEmpty?.()
  }

  drain(): void {
    for (const connection of this.#open) connection.drain()
  }

  destroy(): void {
    for (const connection of this.#open) connection.destroy()
  }

  /** Resolves when the last connection is gone. */
  empty(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#whenEmpty = resolve
    })
  }

  #refresh(): void {
    this.now = this.#clock.monotonic()
    this.ticks++
  }

  #arm(): void {
    this.#cancel = this.#clock.after(this.#tickMs, this.#tick)
  }

  #tick = (): void => {
    this.#cancel = undefined
    this.#refresh()
    for (const connection of this.#open) connection.sweep(this.now)
    if (this.#open.size > 0 && this.#cancel === undefined) this.#arm()
  }
}

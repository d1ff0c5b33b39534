import type { HostClock } from "./clock.ts"
import { table } from "./table.ts"

/** Cloud time runs beside host time at a distance, or stands still. */
export type ClockState =
  | { readonly mode: "running"; readonly offsetMs: number }
  | { readonly mode: "frozen"; readonly at: number }

/** One row: the cloud's clock survives a restart. */
export const clockRows = table<ClockState & { readonly id: "clock" }>("kernel/clock", {
  key: () => ["clock"],
})

/** The virtual clock. It never goes back. */
export class CloudClock {
  readonly #host: HostClock
  #state: ClockState
  #last: number

  constructor(host: HostClock, state: ClockState, last = 0) {
    this.#host = host
    this.#state = state
    this.#last = last
  }

  get state(): ClockState {
    return this.#state
  }

  now(): number {
    const now =
      this.#state.mode === "frozen" ? this.#state.at : this.#host.now() + this.#state.offsetMs
    if (now > this.#last) this.#last = now
    return this.#last
  }

  set(state: ClockState): void {
    this.now()
    this.#state = state
  }

  /** The state in which it is `at` now, running or frozen as before. */
  stateAt(at: number): ClockState {
    return this.#state.mode === "frozen"
      ? { mode: "frozen", at }
      : { mode: "running", offsetMs: at - this.#host.now() }
  }

  frozen(): ClockState {
    return { mode: "frozen", at: this.now() }
  }

  running(): ClockState {
    return { mode: "running", offsetMs: this.now() - this.#host.now() }
  }
}

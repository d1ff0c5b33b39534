import type { HostClock } from "./clock.ts"
import { StoreUnavailable } from "./store-errors.ts"
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

/** Cloud time ends here: later dates have no form that clients read. */
const LAST_MS = Date.UTC(9999, 11, 31)

/** The part of a world that time moves through. */
interface Traveller {
  readonly clock: CloudClock
  readonly signal: AbortSignal
  settle(): Promise<void>
  nextAt(): number | undefined
}

/** Moves a world's clock: one movement after another, as they were asked for. */
export class TimeTravel {
  readonly #world: Traveller
  readonly #set: (state: ClockState) => Promise<void>
  #last: Promise<void> = Promise.resolve()

  constructor(world: Traveller, set: (state: ClockState) => Promise<void>) {
    this.#world = world
    this.#set = set
  }

  /** All that comes due on the way runs at its own time. Rejects with RangeError. */
  advance(ms: number): Promise<void> {
    if (!(ms >= 0)) return Promise.reject(new RangeError("time only moves forward"))
    return this.#inTurn(() => this.#advanceTo(this.#world.clock.now() + ms))
  }

  freeze(): Promise<void> {
    return this.#inTurn(() => this.#set(this.#world.clock.frozen()))
  }

  resume(): Promise<void> {
    return this.#inTurn(() => this.#set(this.#world.clock.running()))
  }

  #inTurn(move: () => Promise<void>): Promise<void> {
    const moved = this.#last.then(move)
    this.#last = moved.catch(() => {})
    return moved
  }

  async #advanceTo(target: number): Promise<void> {
    const { clock, signal } = this.#world
    if (target > LAST_MS) throw new RangeError("cloud time ends with the year 9999")
    for (;;) {
      await this.#world.settle()
      if (signal.aborted) throw new StoreUnavailable("the cloud is closed")
      const next = this.#world.nextAt()
      if (next === undefined || next > target) break
      await this.#set(clock.stateAt(Math.max(next, clock.now())))
    }
    if (clock.now() < target) await this.#set(clock.stateAt(target))
    await this.#world.settle()
  }
}

import type { ActionContext } from "../action.ts"
import { deadWork, deliveries, timers, type DeliveryRow, type TimerRow } from "./later-rows.ts"
import type { Delivery, Job, Receiver } from "./later.ts"
import { OutsideWork } from "./outside-work.ts"
import type { StoreState } from "../store/store-state.ts"
import { StoreUnavailable } from "../store-errors.ts"
import type { WriteTx } from "../transaction.ts"
import type { World, WorldParts } from "../world.ts"

/** How many due rows are taken up at once. */
const BATCH = 128
/** A job that throws is tried again after these waits, then put among the dead. */
const JOB_BACKOFF_MS = [1_000, 5_000, 30_000, 300_000]
/** A host timer is armed for no longer than this. */
const LONGEST_SLEEP_MS = 3_600_000
/** How long, by host time, a store that refuses is left alone. */
const REST_MS = 1_000

/** Carries out what has come due: timers in due order, deliveries in theirs. */
export class LaterRunner {
  readonly #world: World
  readonly #state: Pick<StoreState, "timersFrom">
  readonly #parts: WorldParts
  #running: Promise<void> | undefined
  #cancelTimer: (() => void) | undefined
  #stopped = false
  /** Set while the store is left alone: ends the rest. */
  #endRest: (() => void) | undefined
  /** What is on its way is not taken up twice. */
  readonly #outside = new OutsideWork(() => this.wake())

  constructor(world: World, state: Pick<StoreState, "timersFrom">, parts: WorldParts) {
    this.#world = world
    this.#state = state
    this.#parts = parts
  }

  /** Looks for due work now, and sets the alarm for the next. */
  wake(): void {
    // A run in progress looks again before it ends.
    if (this.#stopped || this.#running || this.#endRest) return
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    try {
      this.#plan()
    } catch (error) {
      this.#failed(error)
    }
  }

  #plan(): void {
    // Whatever ends wakes again.
    if (this.#outside.full) return
    const next = this.nextAt()
    if (next === undefined) return
    const waitMs = next - this.#world.clock.now()
    if (waitMs <= 0) {
      this.#running = this.#runDue()
        .catch((error: unknown) => this.#failed(error))
        .finally(() => {
          this.#running = undefined
          this.wake()
        })
    } else if (this.#world.clock.state.mode === "running") {
      this.#cancelTimer = this.#parts.clock.after(Math.min(waitMs, LONGEST_SLEEP_MS), () =>
        this.wake(),
      )
    }
  }

  /** The store cannot be read, or takes no bookings: tried again after a rest, not in a circle. */
  #failed(error: unknown): void {
    if (this.#stopped) return
    if (!(error instanceof StoreUnavailable)) this.#parts.report("later", error)
    if (this.#endRest) return
    const end = (): void => {
      cancel()
      this.#endRest = undefined
    }
    const cancel = this.#parts.clock.after(REST_MS, () => {
      end()
      this.wake()
    })
    this.#endRest = end
  }

  /** Cloud time of the earliest timer or delivery that is not already on its way. */
  nextAt(): number | undefined {
    return this.#world.peek((tx) => {
      const range = { from: [this.#state.timersFrom], limit: this.#outside.size + 1 }
      const { rows } = tx.scan(timers, range)
      // Who schedules before it, sets it back in the same turn.
      if (rows[0]) this.#state.timersFrom = rows[0].at
      const timer = rows.find((row) => !this.#outside.has(`timer ${row.serial}`))
      const delivery = tx
        .scan(deliveries, { index: "byTime", limit: this.#outside.size + 1 })
        .rows.find((row) => !this.#outside.has(`delivery ${row.id}`))
      if (!timer || !delivery) return timer?.at ?? delivery?.at
      return Math.min(timer.at, delivery.at)
    })
  }

  /**
   * True when nothing is due and nothing goes on by itself. Throws StoreUnavailable when what is
   * due cannot be done because the store refuses it.
   */
  async idle(): Promise<boolean> {
    // Whoever settles wants to know now.
    this.#endRest?.()
    this.wake()
    await this.#running
    await this.#outside.still()
    if (this.#stopped) return true
    if (this.#endRest) throw new StoreUnavailable("the store refuses what is due")
    const next = this.nextAt()
    if (next !== undefined && next <= this.#world.clock.now()) return false
    return !this.#running && !this.#outside.moving
  }

  stop(): void {
    this.#stopped = true
    this.#cancelTimer?.()
    this.#endRest?.()
  }

  /** Resolves when nothing runs any more. */
  async stopped(): Promise<void> {
    this.stop()
    await this.#running
    await this.#outside.ended()
  }

  async #runDue(): Promise<void> {
    do {
      const at = this.#world.clock.now()
      // Those on their way stand in front of those that are not.
      const limit = BATCH + this.#outside.size
      const due = this.#world.peek((tx) => ({
        timers: tx
          .scan(timers, { from: [this.#state.timersFrom], to: [at + 1], limit })
          .rows.filter((row) => !this.#outside.has(`timer ${row.serial}`)),
        deliveries: tx
          .scan(deliveries, { index: "byTime", to: [at + 1], limit })
          .rows.filter((row) => !this.#outside.has(`delivery ${row.id}`)),
      }))
      if (due.timers.length === 0 && due.deliveries.length === 0) return
      await Promise.all([
        ...due.timers.map((row) => this.#timer(row)),
        ...due.deliveries.map((row) => this.#deliver(row)),
      ])
    } while (!this.#stopped && !this.#endRest && !this.#outside.full)
  }

  async #timer(row: TimerRow): Promise<void> {
    const name = `timer ${row.serial}`
    try {
      const job = await this.#parts.code.job(row.job)
      if (job.perform) {
        this.#begin(name, () => this.#performJob(job, row))
        return
      }
      await this.#world.write((tx) => {
        if (tx.delete(timers, [row.at, row.serial])) job.run?.(tx, row.args)
      })
    } catch (error) {
      await this.#jobFailed(row, error)
    }
  }

  async #performJob(job: Job<object>, row: TimerRow): Promise<void> {
    try {
      await job.perform?.(this.#contextOf(`timer ${row.serial}`), row.args)
      await this.#world.write((tx) => tx.delete(timers, [row.at, row.serial]))
    } catch (error) {
      await this.#jobFailed(row, error)
    }
  }

  async #jobFailed(row: TimerRow, error: unknown): Promise<void> {
    // What the stop has ended is begun again after it.
    if (this.#stopped) return
    if (error instanceof StoreUnavailable) return this.#failed(error)
    this.#parts.report(row.job, error)
    await this.#book((tx) => {
      if (!tx.delete(timers, [row.at, row.serial])) return
      const waitMs = JOB_BACKOFF_MS[row.attempt]
      if (waitMs === undefined)
        bury(tx, {
          id: row.serial,
          kind: "job",
          name: row.job,
          input: row.args,
          reason: `${error}`,
        })
      else tx.put(timers, { ...row, at: tx.now + waitMs, attempt: row.attempt + 1 })
    })
  }

  async #deliver(row: DeliveryRow): Promise<void> {
    const name = `delivery ${row.id}`
    try {
      const receiver = await this.#parts.code.receiver(row.effect)
      if (receiver.perform) {
        this.#begin(name, () => this.#performDelivery(receiver, row))
        return
      }
      await this.#world.write((tx) => {
        if (!this.#leave(tx, row)) return
        receiver.run?.(tx, row.payload, deliveryOf(row))
      })
    } catch (error) {
      await this.#deliveryFailed(row, error)
    }
  }

  async #performDelivery(receiver: Receiver<object>, row: DeliveryRow): Promise<void> {
    try {
      const ctx = this.#contextOf(`delivery ${row.id}`)
      await receiver.perform?.(ctx, row.payload, deliveryOf(row))
      await this.#world.write((tx) => this.#leave(tx, row))
    } catch (error) {
      await this.#deliveryFailed(row, error)
    }
  }

  async #deliveryFailed(row: DeliveryRow, error: unknown): Promise<void> {
    if (this.#stopped) return
    if (error instanceof StoreUnavailable) return this.#failed(error)
    const receiver = await this.#parts.code.receiver(row.effect).catch(() => undefined)
    const retry = receiver?.retry ?? { attempts: 1, backoffMs: [] }
    const reason = error instanceof Error ? error.message : String(error)
    if (row.attempt + 1 < retry.attempts) {
      const waitMs = retry.backoffMs[row.attempt] ?? retry.backoffMs.at(-1) ?? 0
      await this.#book((tx) => {
        if (tx.get(deliveries, [row.id]))
          tx.put(deliveries, { ...row, at: tx.now + waitMs, attempt: row.attempt + 1 })
      })
    } else await this.#giveUp(row, receiver, reason)
  }

  async #giveUp(
    row: DeliveryRow,
    receiver: Receiver<object> | undefined,
    reason: string,
  ): Promise<void> {
    const end = (tx: WriteTx): void =>
      bury(tx, { id: row.id, kind: "effect", name: row.effect, input: row.payload, reason })
    const giveUp = receiver?.onGiveUp
    if (!giveUp) this.#parts.report(row.effect, reason)
    try {
      await this.#world.write((tx) => {
        if (!this.#leave(tx, row)) return
        if (giveUp) giveUp(tx, row.payload, deliveryOf(row), reason)
        else end(tx)
      })
    } catch (error) {
      if (error instanceof StoreUnavailable) return this.#failed(error)
      // A dead end must not throw. What does not even get there is kept here.
      this.#parts.report(row.effect, error)
      await this.#book((tx) => {
        if (this.#leave(tx, row)) end(tx)
      })
    }
  }

  /** A failure is booked in a commit of its own; if that fails too, the row is still there. */
  async #book(fn: (tx: WriteTx) => void): Promise<void> {
    try {
      await this.#world.write(fn)
    } catch (error) {
      this.#failed(error)
    }
  }

  /** Removes a delivery and lets the next of its order key go; false when it was gone. */
  #leave(tx: WriteTx, row: DeliveryRow): boolean {
    if (!tx.delete(deliveries, [row.id])) return false
    if (row.orderKey !== undefined) {
      const next = tx.first(deliveries, { index: "byOrder", prefix: [row.orderKey] })
      if (next?.state === "behind") tx.put(deliveries, { ...next, state: "due" })
    }
    return true
  }

  #begin(name: string, work: () => Promise<void>): void {
    this.#outside.begin(name, work, () => this.wake())
  }

  #contextOf(name: string): ActionContext {
    return this.#outside.context(name, this.#world.context())
  }
}

function bury(
  tx: WriteTx,
  dead: { id: number; kind: "job" | "effect"; name: string; input: object; reason: string },
): void {
  tx.put(deadWork, { ...dead, at: tx.now })
}

function deliveryOf(row: DeliveryRow): Delivery {
  const { effect: _effect, payload: _payload, state: _state, ...delivery } = row
  return delivery
}

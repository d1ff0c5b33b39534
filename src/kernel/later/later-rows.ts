import { table } from "../table.ts"

export interface TimerRow {
  readonly at: number
  readonly serial: number
  readonly job: string
  readonly args: object
  readonly attempt: number
}

/** What is due when, in due order: time, then the order of scheduling. */
export const timers = table<TimerRow>("kernel/timer", {
  key: (timer) => [timer.at, timer.serial],
  // A job that is tried again is no longer where its TimerId says.
  indexes: { retried: (timer) => timer.attempt > 0 && [timer.serial] },
})

export interface DeliveryRow {
  readonly id: number
  readonly effect: string
  readonly payload: object
  readonly as?: string
  readonly sourceArn?: string
  readonly sourceAccount?: string
  readonly orderKey?: string
  readonly at: number
  readonly attempt: number
  readonly emittedAt: number
  /** `behind`: an earlier delivery of the same order key is still on its way. */
  readonly state: "due" | "behind"
}

/** The outbox: each row leaves with the commit that delivers it or gives it up. */
export const deliveries = table<DeliveryRow>("kernel/delivery", {
  key: (delivery) => [delivery.id],
  indexes: {
    byTime: (delivery) => delivery.state === "due" && [delivery.at],
    byOrder: (delivery) => delivery.orderKey !== undefined && [delivery.orderKey],
  },
})

export interface DeadRow {
  readonly id: number
  readonly kind: "job" | "effect"
  readonly name: string
  readonly input: object
  readonly reason: string
  readonly at: number
}

/** Work that failed for good, kept for inspection: never dropped in silence. */
export const deadWork = table<DeadRow>("kernel/dead", { key: (dead) => [dead.id] })

import type { ActionContext } from "../action.ts"
import type { UsageOf, WriteTx } from "../transaction.ts"

/**
 * Work over time: a row that becomes due. `run` is one small bounded step in one commit, together
 * with the removal of its timer; it schedules itself again when more remains. `perform` may await
 * and may run again after a crash. Names are `<service>/<verb>`: the service owns the code.
 */
export interface Job<Args extends object> {
  readonly name: string
  run?(tx: WriteTx, args: Args): void
  perform?(ctx: ActionContext, args: Args): Promise<void>
}

export function job<Args extends object>(name: string, spec: Omit<Job<Args>, "name">): Job<Args> {
  return Object.freeze({ name, ...spec })
}

export interface TimerId {
  readonly at: number
  readonly serial: number
}

/** The name and payload type of something delivered to a service after a commit. */
export interface Effect<Payload extends object> {
  readonly name: string
  /** Never set; carries the type. */
  readonly payload?: Payload
}

export function effect<Payload extends object>(name: string): Effect<Payload> {
  return Object.freeze({ name })
}

export interface EffectOptions {
  /** The service principal that acts, such as `s3.amazonaws.com`. */
  readonly as?: string
  readonly sourceArn?: string
  readonly sourceAccount?: string
  /** Effects of one order key arrive in the order of their commits. */
  readonly orderKey?: string
  /** Not before this cloud time. */
  readonly at?: number
}

/** What the receiver knows of a delivery. */
export interface Delivery extends EffectOptions {
  /** The same at each attempt: the key for the receiver's own deduplication. */
  readonly id: number
  readonly attempt: number
  readonly emittedAt: number
}

/** How a service receives an effect. Exactly one of `run` and `perform`. */
export interface Receiver<Payload extends object> {
  readonly effect: Effect<Payload>
  /** In the commit that removes the delivery: exactly once. */
  run?(tx: WriteTx, payload: Payload, delivery: Delivery): void
  /** Outward, may await: at least once. */
  perform?(ctx: ActionContext, payload: Payload, delivery: Delivery): Promise<void>
  readonly retry: {
    /** Attempts in all, the first included. */
    readonly attempts: number
    /** Waits between attempts; the last one repeats. */
    readonly backoffMs: readonly number[]
  }
  /** The dead end: in the commit that gives the delivery up. */
  onGiveUp?(tx: WriteTx, payload: Payload, delivery: Delivery, reason: string): void
}

export function implement<Payload extends object>(
  of: Effect<Payload>,
  spec: Omit<Receiver<Payload>, "effect">,
): Receiver<Payload> {
  if ((spec.run === undefined) === (spec.perform === undefined))
    throw new Error(`${of.name}: give run or perform`)
  return Object.freeze({ effect: of, ...spec })
}

/** Finds the code behind a name; loads the owning service if it is not loaded. */
export interface LaterCode {
  job(name: string): Promise<Job<object>>
  receiver(name: string): Promise<Receiver<object>>
}

/** A usage as counted: by hour of cloud time. */
export interface Usage extends UsageOf {
  readonly usageType: string
  readonly hour: number
  readonly quantity: number
}
